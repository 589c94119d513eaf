"""Kubernetes' verbs and refusals, through the Cluster's face."""

from __future__ import annotations

from pathlib import Path

import pytest
from lightkube.resources.apps_v1 import StatefulSet

from statefulkit import Cluster, StatusError
from statefulkit.api.errors import AlreadyExists, BadRequest, Conflict, Invalid, NotFound
from tests.conftest import MANIFEST


def test_get_takes_kinds_as_kubectl_does_k29(cluster: Cluster) -> None:
    for kind in ("StatefulSet", "statefulsets", "sts", "statefulsets.apps", StatefulSet):
        assert isinstance(cluster.get(kind, "web"), StatefulSet)
    with pytest.raises(NotFound, match='the server doesn\'t have a resource type "foo"'):
        cluster.get("foo", "web")


def test_absent_objects_are_told_as_kubectl_does_k1(cluster: Cluster) -> None:
    with pytest.raises(NotFound) as refused:
        cluster.get("sts", "nope")
    assert str(refused.value) == 'Error from server (NotFound): statefulsets.apps "nope" not found'


def test_selectors(cluster: Cluster) -> None:
    assert len(cluster.list("pods", labels="app=nginx")) == 3
    assert (
        len(cluster.list("pods", labels="app in (nginx, x),apps.kubernetes.io/pod-index!=0")) == 2
    )
    assert [p.metadata.name for p in cluster.list("pods", fields="spec.nodeName=node-2")] == [
        "web-1"
    ]
    assert len(cluster.list("pods", namespace=None, labels={"app": "nginx"})) == 3


@pytest.mark.parametrize("source", [MANIFEST, str(MANIFEST), MANIFEST.read_text()])
def test_apply_takes_text_and_paths_k9(source: str | Path) -> None:
    cluster = Cluster()
    assert [o.kind for o in cluster.apply(source)] == ["Service", "StatefulSet"]
    version = cluster.version
    cluster.apply(source)
    assert cluster.version == version  # unchanged


def test_apply_says_what_kubectl_says_k9(cluster: Cluster) -> None:
    assert repr(Cluster().apply(MANIFEST)) == "service/nginx created\nstatefulset.apps/web created"
    text = MANIFEST.read_text().replace("replicas: 3", "replicas: 2")
    assert repr(cluster.apply(MANIFEST)).endswith("statefulset.apps/web unchanged")
    assert repr(cluster.apply(text)) == "service/nginx unchanged\nstatefulset.apps/web configured"
    assert repr(cluster.update(cluster.get("sts", "web"))) == "statefulset.apps/web replaced"
    one = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "one"}}
    one |= {"spec": {"containers": [{"name": "c", "image": "nginx:1.27"}]}}
    assert repr(cluster.create([one])) == "pod/one created"


def test_apply_takes_dicts_and_objects(cluster: Cluster) -> None:
    found = cluster.get("svc", "nginx")
    (applied,) = cluster.apply(found)
    assert applied.metadata.uid == found.metadata.uid
    claim = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "b"}}
    assert cluster.apply([claim])[0].data == {"a": "b"}


def test_apply_removes_what_the_manifest_no_longer_asks_for(
    cluster: Cluster, manifest: str
) -> None:
    cluster.patch("svc", "nginx", {"metadata": {"labels": {"mine": "yes"}}})
    other = manifest.replace(
        "    app: nginx\nspec:\n  clusterIP", "    tier: web\nspec:\n  clusterIP"
    )
    cluster.apply(other)
    assert cluster.get("svc", "nginx").metadata.labels == {"mine": "yes", "tier": "web"}


def test_apply_needs_to_read_what_was_applied_last_k9(cluster: Cluster, manifest: str) -> None:
    note = {"kubectl.kubernetes.io/last-applied-configuration": "not JSON"}
    cluster.patch("svc", "nginx", {"metadata": {"annotations": note}})
    with pytest.raises(BadRequest, match="invalid JSON document"):
        cluster.apply(manifest)


def test_apply_again_changes_nothing_where_one_port_has_two_protocols_k9() -> None:
    ports = [{"name": p.lower(), "port": 53, "protocol": p} for p in ("UDP", "TCP")]
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "dns"}}
    service |= {"spec": {"ports": ports, "selector": {"app": "dns"}}}
    cluster = Cluster()
    assert repr(cluster.apply(service)) == "service/dns created"
    assert repr(cluster.apply(service)) == "service/dns unchanged"


def test_unknown_fields_are_refused_with_their_path(cluster: Cluster, manifest: str) -> None:
    version = cluster.version
    with pytest.raises(BadRequest, match=r'unknown field "spec.replcas"') as refused:
        cluster.apply(manifest.replace("replicas: 3", "replcas: 3"))
    assert refused.value.status.code == 400
    assert cluster.version == version


def test_wrong_types_are_refused_with_their_path(manifest: str) -> None:
    with pytest.raises(
        BadRequest,
        match=r"cannot unmarshal string into Go struct field .*spec.replicas of type int32",
    ):
        Cluster().apply(manifest.replace("replicas: 3", 'replicas: "3"'))


def test_validation_names_every_cause_x6_x4(manifest: str) -> None:
    text = manifest.replace("replicas: 3", "replicas: -1\n  podManagementPolicy: Any")
    with pytest.raises(Invalid) as refused:
        Cluster().apply(text)
    assert str(refused.value) == (
        'The StatefulSet "web" is invalid: \n'
        "* spec.podManagementPolicy: Invalid value: \"Any\": must be 'OrderedReady' or 'Parallel'\n"
        "* spec.replicas: Invalid value: -1: must be greater than or equal to 0"
    )
    causes = refused.value.status.details.causes
    assert [(c.field, c.reason) for c in causes] == [
        ("spec.podManagementPolicy", "FieldValueInvalid"),
        ("spec.replicas", "FieldValueInvalid"),
    ]


def test_one_bad_document_leaves_the_others_unapplied(manifest: str) -> None:
    cluster = Cluster()
    with pytest.raises(StatusError):
        cluster.apply(manifest.replace("replicas: 3", "replicas: -1"))
    assert cluster.list("svc", labels="app=nginx") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2", 'line 2: key "a" already set in map'),
        ("kind: Pod", "apiVersion not set"),
        ("apiVersion: v1\nkind: Foo", 'no matches for kind "Foo" in version "v1"'),
        ("- 1", "not a"),
        ("a: [", "yaml: line"),
        ("a: &x [1]\nb: [*x, *x]\nkind: Pod", "apiVersion not set"),
        ("x: \x00", "yaml"),
    ],
)
def test_unreadable_manifests(text: str, message: str) -> None:
    with pytest.raises(BadRequest) as refused:
        Cluster().apply(text)
    assert message in str(refused.value)


def test_a_yaml_bomb_is_refused() -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    with pytest.raises(BadRequest, match="excessive aliasing"):
        Cluster().apply("\n".join(["apiVersion: v1", "kind: Pod", *lines]))


def test_create_twice_x9(cluster: Cluster, manifest: str) -> None:
    with pytest.raises(AlreadyExists, match='services "nginx" already exists'):
        cluster.create(manifest)


def test_a_stale_resource_version_is_a_conflict(cluster: Cluster) -> None:
    old = cluster.get("sts", "web")
    cluster.scale("sts", "web", 4)
    with pytest.raises(Conflict, match="the object has been modified"):
        cluster.update(old)
    fresh = cluster.get("sts", "web")
    fresh.spec.replicas = 2
    assert cluster.update(fresh)[0].spec.replicas == 2


def test_generation_counts_changes_of_the_spec_s17(cluster: Cluster) -> None:
    cluster.patch("sts", "web", {"metadata": {"labels": {"a": "b"}}})
    assert cluster.get("sts", "web").metadata.generation == 1
    cluster.scale("sts", "web", 4)
    assert cluster.get("sts", "web").metadata.generation == 2


@pytest.mark.parametrize(
    ("type_", "change"),
    [
        (
            "strategic",
            {"spec": {"template": {"spec": {"containers": [{"name": "nginx", "image": "n:2"}]}}}},
        ),
        (
            "json",
            [{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "n:2"}],
        ),
    ],
)
def test_patches(cluster: Cluster, type_: str, change: object) -> None:
    container = cluster.patch("sts", "web", change, type=type_).spec.template.spec.containers[0]
    assert container.image == "n:2"
    assert container.volumeMounts[0].name == "www"


def test_a_merge_patch_replaces_lists_and_null_removes(cluster: Cluster) -> None:
    change = {"spec": {"updateStrategy": {"type": "OnDelete", "rollingUpdate": None}}}
    assert (
        cluster.patch("sts", "web", change, type="merge").spec.updateStrategy.rollingUpdate is None
    )
    with pytest.raises(Invalid, match="rejected our request"):
        cluster.patch("sts", "web", [{"op": "remove", "path": "/spec/nope"}], type="json")


def test_watch_tells_every_change_in_order(cluster: Cluster) -> None:
    since = cluster.version
    cluster.delete("pod", "web-1")
    cluster.settle()
    types = [t for t, pod in cluster.watch("pods", since=since) if pod.metadata.name == "web-1"]
    assert types[0] == "MODIFIED"
    assert types.count("DELETED") == types.count("ADDED") == 1
    assert types.index("DELETED") < types.index("ADDED")


def test_what_is_not_simulated_is_said(manifest: str) -> None:
    cluster = Cluster()
    text = manifest.replace(
        "          ports:", "          resources: {limits: {cpu: 1}}\n          ports:"
    )
    cluster.apply(text)
    (warning,) = cluster.warnings.itertuples()
    assert warning.object == "statefulset/web"
    assert warning.field == "spec.template.spec.containers[0].resources"


def test_delete_gracefully_by_force_and_by_label(cluster: Cluster) -> None:
    cluster.delete("pod", "web-1", grace_period=5)
    pod = cluster.get("pod", "web-1")
    assert pod.metadata.deletionGracePeriodSeconds == 5  # P11
    cluster.delete("pod", "web-2", force=True)  # P14
    assert [p.metadata.name for p in cluster.list("pods")] == ["web-0", "web-1"]
    cluster.delete("pod", labels="app=nginx")
    assert all(p.metadata.deletionTimestamp for p in cluster.list("pods"))


def test_only_force_deletes_without_a_grace_period_p14(cluster: Cluster) -> None:
    """As kubectl: `--grace-period=0` without `--force` becomes 1."""
    cluster.delete("pod", "web-1", grace_period=0)
    assert cluster.get("pod", "web-1").metadata.deletionGracePeriodSeconds == 1
    with pytest.raises(BadRequest) as refused:
        cluster.delete("pod", "web-2", grace_period=5, force=True)
    assert str(refused.value) == (
        "error: --force and --grace-period greater than 0 cannot be specified together"
    )


def test_apply_needs_a_name_k9(cluster: Cluster) -> None:
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"generateName": "x-"}}
    pod |= {"spec": {"containers": [{"name": "c", "image": "nginx:1.27"}]}}
    assert cluster.create(pod)[0].metadata.name.startswith("x-")
    with pytest.raises(BadRequest) as refused:
        cluster.apply(pod)
    assert str(refused.value) == "error: from x-: cannot use generate name with apply"


def test_what_replaces_a_pod_keeps_the_tolerations_that_every_pod_has_p26(cluster: Cluster) -> None:
    more = [{"key": "a", "operator": "Exists"}]
    found = cluster.patch("pod", "web-0", {"spec": {"tolerations": more}})
    assert [t.key for t in found.spec.tolerations] == [
        "a", "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable",
    ]  # fmt: skip
    with pytest.raises(Invalid, match="existing toleration can not be modified"):
        cluster.patch("pod", "web-0", {"spec": {"tolerations": []}})


def test_the_namespace_of_a_request_and_of_its_object_must_agree(cluster: Cluster) -> None:
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}}
    assert cluster.apply(config, namespace="kube-system")[0].metadata.namespace == "kube-system"
    config["metadata"]["namespace"] = "default"
    with pytest.raises(BadRequest, match="does not match the namespace sent on the request"):
        cluster.apply(config, namespace="kube-system")


def test_kubectl_refuses_to_scale_below_zero_x14(cluster: Cluster) -> None:
    with pytest.raises(BadRequest) as refused:
        cluster.scale("sts", "web", -1)
    assert str(refused.value) == (
        "error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0"
    )


def test_what_has_no_replicas_cannot_be_scaled(cluster: Cluster) -> None:
    with pytest.raises(NotFound) as refused:
        cluster.scale("pod", "web-0", 2)
    assert str(refused.value) == (
        "Error from server (NotFound): the server could not find the requested resource"
    )


@pytest.mark.parametrize("text", ["maint", "maint:NoExecute"])
def test_a_taint_that_is_not_there_cannot_be_removed(cluster: Cluster, text: str) -> None:
    with pytest.raises(NotFound) as refused:
        cluster.taint("node-1", f"{text}-")
    assert str(refused.value) == f'error: taint "{text}" not found'
    cluster.taint("node-1", "maint=yes:NoSchedule")
    cluster.taint("node-1", "maint-")
    assert not cluster.get("node", "node-1").spec.taints
