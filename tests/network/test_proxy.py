"""Where connections end up: kube-proxy's choice, the Pod, the application in it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from msgspec.structs import replace

from statefulkit.api.errors import BadRequest, NotFound
from statefulkit.network.proxy import Response, request
from statefulkit.store import State, View
from tests.network.objects import PORT, endpoint, files_of, pod, service, slice_, state, view

IPS = {"web-0": "10.244.1.6", "web-1": "10.244.2.6", "web-2": "10.244.3.6"}
PODS = tuple(pod(name, ip) for name, ip in IPS.items())
READY = tuple(endpoint(ip, name) for name, ip in IPS.items())
VOLUME: dict[str, Any] = {
    "container": {"volumeMounts": [{"name": "www", "mountPath": "/usr/share/nginx/html"}]},
    "volumes": [{"name": "www", "emptyDir": {}}],
}
ROOT = "/usr/share/nginx/html"


def front(*endpoints: dict[str, Any], port: int = 80, **spec: Any) -> tuple[Any, ...]:
    made = slice_("front", *endpoints, ports=[PORT | {"port": port}])
    return service("front", clusterIP="10.96.0.7", **spec), made


def many(source: State, count: int = 300, **options: Any) -> list[Response]:
    return [
        request(View(replace(source, version=v)), "http://front/", **options) for v in range(count)
    ]


def test_each_connection_goes_to_a_random_ready_pod_n7() -> None:
    source = state(*PODS, *front(*READY))
    count = Counter(r.pod for r in many(source))
    assert set(count) == set(IPS)
    assert min(count.values()) > 60
    once = [request(View(source), "http://front/").pod for _ in range(5)]
    assert len(set(once)) == 1  # the same moment, the same choice


def test_pods_that_are_not_ready_get_nothing_n7_n8() -> None:
    sick = endpoint(IPS["web-1"], serving=False, ready=False)
    leaving = endpoint(IPS["web-2"], ready=False, serving=True, terminating=True)
    source = state(*PODS, *front(READY[0], sick, leaving))
    assert {r.pod for r in many(source, 30)} == {"web-0"}


def test_terminating_pods_that_serve_are_the_fallback_n7() -> None:
    leaving = endpoint(IPS["web-2"], ready=False, serving=True, terminating=True)
    sick = endpoint(IPS["web-1"], ready=False, serving=False, terminating=True)
    assert {r.pod for r in many(state(*PODS, *front(sick, leaving)), 30)} == {"web-2"}


def test_without_endpoints_the_connection_is_refused_n7() -> None:
    response = request(view(*front()), "http://front/")
    assert (response.status, response.pod) == (None, None)
    assert response.error == (
        "curl: (7) Failed to connect to 10.96.0.7 port 80: Connection refused"
    )
    assert str(response) == response.error


def test_client_affinity_pins_until_it_times_out_n2_n7() -> None:
    source = state(*PODS, *front(*READY, sessionAffinity="ClientIP"))
    first = request(View(source), "http://front/", "web-0")
    ((key, (target, until)),) = first.facts.items()
    assert (target, until) == ((IPS[first.pod or ""], 80), 10800)
    pinned = source.remember(key, (target, until))
    assert {r.pod for r in many(pinned, 30, from_pod="web-0")} == {first.pod}
    assert len({r.pod for r in many(pinned, 30, from_pod="web-1")}) > 1
    assert len({r.pod for r in many(replace(pinned, time=10800.0), 30, from_pod="web-0")}) > 1


def test_a_service_says_for_how_long_it_pins_n2() -> None:
    config = {"clientIP": {"timeoutSeconds": 60}}
    front_ = front(*READY, sessionAffinity="ClientIP", sessionAffinityConfig=config)
    first = request(View(state(*PODS, *front_)), "http://front/", "web-0")
    ((_, until),) = first.facts.values()
    assert until == 60


def test_affinity_to_a_pod_that_left_is_given_up_n7() -> None:
    source = state(*PODS, *front(READY[1], sessionAffinity="ClientIP"))
    pinned = source.remember(("affinity", None, None), ((IPS["web-0"], 80), 9999.0))
    assert request(View(pinned), "http://front/").pod == "web-1"


def test_the_target_port_counts_n7() -> None:
    assert request(view(*PODS, *front(*READY, port=80)), "http://front/").status == 200
    wrong = request(view(*PODS, *front(*READY, port=8080)), "http://front/")
    assert "port 80: Connection refused" in (wrong.error or "")  # the one that was dialled
    assert wrong.steps[-1] == "web-1: nothing listens on port 8080"


def test_ports_find_their_endpoints_by_name_n7() -> None:
    ports = [{"name": "admin", "port": 81, "protocol": "TCP"}, PORT | {"port": 8000}]
    source = view(*PODS, *front(*READY, ports=ports))
    assert request(source, "http://front:8000/").status == 200
    assert "refused" in (request(source, "http://front:81/").error or "")
    assert "refused" in (request(source, "http://front:82/").error or "")


def test_a_udp_port_takes_no_request_n7() -> None:
    source = view(*PODS, *front(*READY, ports=[PORT | {"protocol": "UDP"}]))
    assert "refused" in (request(source, "http://front/").error or "")


def test_headless_means_the_first_address_that_dns_gives_n7() -> None:
    source = state(*PODS, service(), slice_("nginx", *READY))
    found = {request(View(replace(source, version=v)), "http://nginx/").pod for v in range(40)}
    assert found == set(IPS)
    assert request(View(source), "http://web-1.nginx/").pod == "web-1"
    assert "refused" in (request(View(source), "http://nginx:8080/").error or "")


def test_names_that_do_not_resolve() -> None:
    response = request(view(service()), "http://nginx/")  # N21
    assert response.error == "curl: (6) Could not resolve host: nginx"
    assert "NXDOMAIN" in response.steps[0]


@pytest.mark.parametrize(
    ("made", "error"),
    [
        (pod(), None),
        (pod(phase="Pending"), "Connection refused"),
        (pod(phase="Failed"), "timed out"),
        (pod(container={"image": "busybox"}), "Connection refused"),
        (pod(container={"ports": [{"containerPort": 8080}]}), None),  # it says, it does not change
    ],
)
def test_a_pods_own_address(made: Any, error: str | None) -> None:
    response = request(view(made), "http://10.244.1.6/")
    assert (response.error or "").endswith(error or "")
    assert (response.status == 200) is (error is None)


def test_nobody_answers() -> None:
    for source in (view(), view(pod(), facts={("down", "node-1"): 0.0})):
        error = request(source, "http://10.244.1.6/").error
        assert error == "curl: (28) Failed to connect to 10.244.1.6 port 80: timed out"


def test_the_client_knows_only_the_address_that_it_has_dialled_n7() -> None:
    source = state(pod(), *front(endpoint(IPS["web-0"])))
    cut_off = View(source.remember(("down", "node-1"), 0.0))
    error = request(cut_off, "http://front/").error
    assert error == "curl: (28) Failed to connect to 10.96.0.7 port 80: timed out"


def test_localhost_is_the_pod_itself() -> None:
    source = view(*PODS)
    assert request(source, "http://localhost/", "web-1").pod == "web-1"
    assert request(source, "http://127.0.0.1/", "web-2").pod == "web-2"


def test_the_client_must_run() -> None:
    with pytest.raises(NotFound):
        request(view(pod()), "http://10.244.1.6/", "nope")
    with pytest.raises(BadRequest):
        request(view(*PODS, pod("new", None, phase="Pending")), "http://10.244.1.6/", "new")


@pytest.mark.parametrize("url", ["https://nginx/", "http:///x", "ftp://nginx/"])
def test_only_http(url: str) -> None:
    with pytest.raises(ValueError, match="is not a URL such as"):
        request(view(), url)


# -- nginx ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("", 200, "hello"),
        ("/", 200, "hello"),
        ("/index.html", 200, "hello"),
        ("/a%20b.txt", 200, "space"),
        ("/sub/../index.html?x=1", 200, "hello"),
        ("/sub/", 200, "below"),
        ("/sub", 301, "301 Moved Permanently"),
        ("/bare/", 403, "403 Forbidden"),
        ("/nope", 404, "404 Not Found"),
        ("/nope/", 404, "404 Not Found"),
    ],
)
def test_nginx_serves_its_volume(path: str, status: int, body: str) -> None:
    texts = {"/index.html": "hello", "/a b.txt": "space", "/sub/index.html": "below", "/bare/x": ""}
    facts = files_of(pod(**VOLUME), **{ROOT + name: text for name, text in texts.items()})
    source = view(pod(**VOLUME), facts=facts)
    response = request(source, f"http://10.244.1.6{path}")
    assert (response.status, response.body) == (status, body)


def test_nginx_on_an_empty_volume_is_forbidden_t12() -> None:
    assert request(view(pod(**VOLUME)), "http://10.244.1.6/").status == 403


def test_nginx_without_a_volume_welcomes() -> None:
    response = request(view(pod()), "http://10.244.1.6/")
    assert (response.status, response.body) == (200, "Welcome to nginx!")
    assert str(response) == "200 from web-0: Welcome to nginx!"
    assert request(view(pod()), "http://10.244.1.6/x").status == 404
