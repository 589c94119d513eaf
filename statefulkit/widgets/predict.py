"""A question before the button: say what will happen, then let a fork of the cluster answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Any

import ipywidgets as w

from statefulkit.api.errors import StatusError
from statefulkit.cluster import Cluster
from statefulkit.store import View
from statefulkit.views import sentences_en as say
from statefulkit.views import tables
from statefulkit.views.explain import Explanation
from statefulkit.widgets import html
from statefulkit.widgets import questions as q
from statefulkit.widgets.actions import BROKEN_TAG, tagged
from statefulkit.widgets.markup import Markup
from statefulkit.widgets.panel import Panel, button, lay, row
from statefulkit.widgets.questions import Answer, Question

Do = Callable[[Cluster], object]
LONGEST_WHY = 6  # decisions told for a question, and shown unfolded for all of them


class Prediction(Panel):
    """Questions on what an action will change, answered by trying it on a fork.

    They are about the cluster as it was when they were asked, whatever has happened since, as when
    all cells were run first. No answer is stored: Check forks that moment, acts, settles, compares.

    Attributes:
        cluster: a fork of the moment.
        answers: for each question the widget that takes its answer.
        check: the button.
    """

    def __init__(
        self, cluster: Cluster, action: Do, questions: Sequence[Question], doing: str = ""
    ) -> None:
        """Questions on `action(fork)`; `doing` says what the action is."""
        self.cluster, self._action, self._questions = cluster.fork(), action, tuple(questions)
        truths = self._try()[1]
        self.answers = [self._field(ask, truths.get(ask)) for ask in self._questions]
        self.check = button("Check", "Try it on a copy of the cluster", self._check, "primary")
        self._verdict = Markup()
        head = [Markup(html.line(f"You are about to: {doing}"))] if doing else []
        super().__init__(cluster, [*head, *self.answers, row(self.check), self._verdict])
        self.add_class("statefulkit-bench")

    def show(self, view: View) -> None:
        """The questions stay as they are."""

    def truths(self) -> dict[str, Answer]:
        """What really happens, for each question's text."""
        return {ask.text: answer for ask, answer in self._try()[1].items()}

    def _try(self) -> tuple[Cluster | str, dict[Question, Answer]]:
        """The fork after the action with the truths, or Kubernetes' refusal."""
        before, fork = self.cluster.at(self.cluster.time), self.cluster.fork()
        try:
            self._action(fork)
        except StatusError as refusal:
            return str(refusal), {}
        fork.settle()
        # each question on a copy: one may ask the applications, which leaves its marks
        return fork, {ask: ask.truth(before, fork.fork()) for ask in self._questions}

    # -- answers -----------------------------------------------------------------------------

    def _field(self, ask: Question, truth: Answer | None) -> Any:
        """What takes an answer of the truth's kind; its kind is all that is used of the truth."""
        choices = list(ask.choices(self.cluster)) if ask.choices else []
        if isinstance(truth, frozenset):
            names = [*choices, q.NOTHING]
            boxes = [w.Checkbox(description=name, indent=False) for name in names]
            for box in boxes:
                lay(box, width="auto", flex="0 0 auto")
            return w.VBox([Markup(html.line(ask.text)), row(*boxes, grid_gap="4px 18px")])
        if isinstance(truth, bool):
            choices = ["yes", "no"]
        if choices:
            found = w.Dropdown(options=["…", *choices], description=ask.text)
        else:
            wanted = "a number" if isinstance(truth, int) else "your answer"
            found = w.Text(description=ask.text, placeholder=wanted)
            found.on_msg(self._entered)
        found.style.description_width = "initial"
        lay(found, width="auto", max_width="100%")
        found.add_class("statefulkit-question")
        return found

    def _entered(self, _: object, content: dict[str, Any], __: object) -> None:
        """Enter in a field is Check."""
        if content.get("event") == "submit":
            self._check()

    def _said(self, field: Any) -> str:
        """The learner's answer as text; empty where there is none."""
        if isinstance(field, w.VBox):
            return _together(b.description for b in field.children[1].children if b.value)
        return "" if field.value == "…" else str(field.value).strip()

    def _check(self) -> None:
        fork, truths = self._try()
        if isinstance(fork, str):
            self._verdict.markup = html.error(f"Kubernetes refuses this action: {fork}")
            self.keep()
            return
        parts: list[str] = []
        told: dict[str, int] = {}
        for ask, field in zip(self._questions, self.answers, strict=True):
            said, truth = self._said(field), truths[ask]
            if not said:
                parts.append(html.line(f"Not answered: {ask.text}", "open"))
                continue
            if _is_number(truth) and not _numbers(said):
                asks = f"In digits, please: {ask.text} You said: {said}."
                parts.append(html.line(asks, "open"))
                continue
            text = f"{ask.text} {_begun(_as_text(truth))}."
            if _fits(said, truth):
                parts.append(html.line(f"Right: {text}", "right"))
            else:
                parts.append(html.line(f"Look again: {text} You said: {said}.", "wrong"))
            told |= self._why(ask, fork)
        if told:
            parts += [html.line("Why:"), *_told(sorted(told, key=told.__getitem__))]
        self._verdict.markup = f'<div role="status">{"".join(parts)}</div>'
        self.keep()

    def _why(self, ask: Question, fork: Cluster) -> dict[str, int]:
        """The first decisions of the fork that explain the answer, each with its version.

        A wait that has ended by then is told by the decision after it.
        """
        end = self.cluster.time + ask.seconds
        then = fork.at(end) if end < fork.time else fork
        still = {r.version for r in tables.waits(then.view)}
        told: dict[str, int] = {}
        for r in fork.view.records(self.cluster.version):
            if r.time > end or not r.rule or r.verb == "event" or not ask.reasons(r):
                continue
            if r.verb == "wait" and r.version not in still:
                continue
            if r.verb == "ask" or r.key.namespace != "kube-system":  # a request is logged there
                text = f"{say.WHO.get(r.actor, say.SEEN)} {r.reason.rstrip('.')}. ({r.rule})"
                told.setdefault(text, r.version)
        return dict(list(told.items())[:LONGEST_WHY])

    def static(self) -> str:
        """The questions, and the answers once they were checked."""
        asked = "".join(html.line(ask.text) for ask in self._questions)
        return str(self._verdict.markup) or asked


def _told(sentences: list[str]) -> list[str]:
    """The sentences as markup, folded where they are too many to read at once."""
    first, more = Explanation(sentences[:LONGEST_WHY]), Explanation(sentences[LONGEST_WHY:])
    if not more:
        return [html.sentences(first)]
    fold = f"<details><summary>{len(more)} more</summary>{html.sentences(more)}</details>"
    return [html.sentences(first), fold]


def _fits(said: str, truth: Answer) -> bool:
    """Whether an answer is the truth, however it is written: "3 pods" is 3, "Web-1 " is web-1."""
    if _is_number(truth):
        return _numbers(said) == [str(truth)]
    return " ".join(said.casefold().split()) == _as_text(truth).casefold()


def _is_number(truth: Answer) -> bool:
    return isinstance(truth, int) and not isinstance(truth, bool)


def _numbers(said: str) -> list[str]:
    return re.findall(r"\d+", said)


def _as_text(truth: Answer) -> str:
    if isinstance(truth, bool):
        return "yes" if truth else "no"
    return _listed(truth) if isinstance(truth, frozenset) else str(truth)


def _begun(answer: str) -> str:
    """The answer as a sentence begins; names stay as they are."""
    return answer.capitalize() if answer in ("yes", "no", q.NOTHING) else answer


def _listed(names: frozenset[str]) -> str:
    return _together(names) or q.NOTHING


def _together(names: Iterable[str]) -> str:
    return ", ".join(sorted(names, key=lambda name: (len(name), name)))


class _Predict:
    """`predict(cluster, action, question=…)`, and `predict.random(seed)` for endless practice."""

    def __call__(
        self, cluster: Cluster, action: Do, question: Question | Sequence[Question], doing: str = ""
    ) -> Prediction:
        """Ask before it happens; `question` is one or several, from `widgets.questions` or `ask`."""
        questions = [question] if isinstance(question, Question) else list(question)
        return Prediction(cluster, action, questions, doing)

    def random(self, seed: int, cluster: Cluster | None = None) -> Prediction:
        """A question from a seed: a random action on `cluster`, or on a random set of its own.

        Raises ValueError where there is no StatefulSet in `cluster`.
        """
        chance = Random(seed)
        found = cluster or _random_cluster(chance)
        sets = found.list("sts")
        if not sets:
            raise ValueError("there is no StatefulSet to ask about")
        sts = chance.choice(sets)
        name, n = sts.metadata.name, sts.spec.replicas
        actions: list[tuple[str, Do, list[Question]]] = [
            (f"kubectl scale sts {name} --replicas={k}",
             _scale(name, k),
             [q.claims_left(), q.ready_pods(), q.next_pod("delete" if k < n else "create")])
            for k in (n - 1, n + 1, n + 2) if k >= 0
        ]  # fmt: skip
        pods = [p.metadata.name for p in found.view.owned(sts.metadata.uid, "Pod")]
        if pods:
            pod = chance.choice(pods)
            actions.append(
                (f"kubectl delete pod {pod}", lambda c: c.delete("pod", pod),
                 [q.changed_ips(), q.next_pod("create"), q.claims_left()])
            )  # fmt: skip
        container = sts.spec.template.spec.containers[0]
        start = f"kubectl set image sts/{name} {container.name}="
        new, broken = (tagged(container.image or "", tag) for tag in ("1.28", BROKEN_TAG))
        actions += [
            (start + new, lambda c: c.set_image("sts", name, new), [q.next_pod(), q.changed_ips()]),
            (start + broken, lambda c: c.set_image("sts", name, broken),
             [q.ready_pods(), q.next_pod(), q.resolves(sts.spec.serviceName or name)]),
        ]  # fmt: skip
        doing, act, questions = chance.choice(actions)
        return Prediction(found, act, [chance.choice(questions)], doing)


predict = _Predict()


def _scale(name: str, replicas: int) -> Do:
    return lambda cluster: cluster.scale("sts", name, replicas)


def _random_cluster(chance: Random) -> Cluster:
    """A settled set with some choices made by chance."""
    labels, disk = {"app": "web"}, {"requests": {"storage": "1Gi"}}
    claim = {"accessModes": ["ReadWriteOnce"], "resources": disk}
    mounts = [{"name": "www", "mountPath": "/usr/share/nginx/html"}]
    container = {"name": "nginx", "image": "nginx:1.27", "volumeMounts": mounts}
    replicas = chance.randint(2, 5)
    spec = {
        "serviceName": "nginx",
        "replicas": replicas,
        "podManagementPolicy": chance.choice(["OrderedReady", "OrderedReady", "Parallel"]),
        "updateStrategy": {
            "type": "RollingUpdate",
            "rollingUpdate": {"partition": chance.choice([0, 0, replicas - 1])},
        },
        "persistentVolumeClaimRetentionPolicy": {
            "whenScaled": chance.choice(["Retain", "Delete"]),
            "whenDeleted": "Retain",
        },
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        "volumeClaimTemplates": [{"metadata": {"name": "www"}, "spec": claim}],
    }
    service = {"clusterIP": "None", "selector": labels, "ports": [{"port": 80, "name": "web"}]}
    cluster = Cluster(seed=chance.randrange(2**32))
    cluster.apply(
        [
            {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "nginx"}, "spec": service},
            {
                "apiVersion": "apps/v1",
                "kind": "StatefulSet",
                "metadata": {"name": "web"},
                "spec": spec,
            },
        ]
    )
    cluster.settle()
    return cluster
