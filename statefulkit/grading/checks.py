"""Checks on behaviour: a failed one says what was expected, what happened, and where to read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from statefulkit import Cluster, StatusError
from statefulkit.grading import commands, scripts
from statefulkit.grading.scripts import Fault

Invariant = Callable[[Cluster], str]  # what is wrong at this moment; empty where nothing is
HOW = "the top of the assignment"  # where it says how an answer is written
FORMS = {list: "a list such as [a, b]", int: "a number", str: "one name"}


class NotYet(AssertionError):
    """A check that an answer does not pass yet.

    Attributes:
        expected, happened: two sentences, neither of which gives the answer away.
        lesson: the notebook that explains it.
    """

    def __init__(self, expected: str, happened: str, lesson: str) -> None:
        """What the check expected, what happened, and the lesson to read."""
        super().__init__(f"Expected: {expected}\nHappened: {happened}\nExplained in: {lesson}")
        self.expected, self.happened, self.lesson = expected, happened, lesson

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows of it: the sentences, not the checks' own lines of code."""
        return str(self).splitlines()


def shaped(given: Any, kind: type) -> None:
    """Is it a list, a number (int), one name (str)?

    Raises:
        NotYet: where it is not.
    """
    if not isinstance(given, kind) or isinstance(given, bool):
        raise NotYet(FORMS[kind], f"your answer is {_short(given)}", HOW)


def equals(given: Any, wanted: Any, *, expected: str, lesson: str, ordered: bool = True) -> None:
    """Is this the answer? `expected` describes it without saying it.

    Raises:
        NotYet: where it is not.
    """
    found, right = _plain(given), _plain(wanted)
    if not ordered and isinstance(found, list):
        found, right = sorted(found), sorted(right)
    if found == right:
        return
    happened = f"your answer is {_short(given)}"
    if isinstance(right, list) and not isinstance(found, list):
        happened += ", which is not a list"
    elif isinstance(right, list) and len(found) != len(right):
        happened += f", a list of {len(found)}; its length is not right"
    raise NotYet(expected, happened, lesson)


def traced(given: Any, cluster: Cluster, name: str, from_pod: str | None, *, lesson: str) -> None:
    """Are these the names that the resolver in `from_pod` asks for, in order, to look up `name` (N38)?

    Raises:
        NotYet: where they are not.
    """
    asked = [step.query.rstrip(".") for step in cluster.resolve(name, from_pod=from_pod).steps]
    names = [str(n).rstrip(".") for n in given] if isinstance(given, list) else given
    what = f"the names that the resolver asks for, in its order, when {name} is looked up"
    equals(names, asked, expected=what, lesson=lesson)


def survives(
    cluster: Cluster | str | Any, faults: Iterable[Fault], invariant: Invariant, *, lesson: str
) -> Cluster:
    """Does the invariant hold at each moment while these faults happen? Returns the cluster after them.

    `cluster` is a Cluster, or a manifest that a new one runs.

    Raises:
        NotYet: at the first moment at which it does not hold, or where the manifest is refused.
    """
    if not isinstance(cluster, Cluster):
        cluster = behaves(lambda: scripts.cluster_with(cluster), lesson=lesson)
    done = ["the start"]
    for fault in faults:
        try:
            scripts.inflict(cluster, fault)
        except StatusError as error:
            raise NotYet(f"that {fault} can happen", str(error), lesson) from None
        done.append(f"{fault}")
        end = cluster.time + scripts.SECONDS[fault.what]
        while True:
            if wrong := invariant(cluster):
                when = f"{wrong} (second {cluster.time:.0f}, after {done[-1]})"
                raise NotYet(_asked(invariant), when, lesson)
            if not scripts.goes_on(cluster, end):
                break
    return cluster


def reached(
    cluster: Cluster, lines: Any, goal: Invariant, at_most: int | None = None, *, lesson: str
) -> Cluster:
    """Do these kubectl commands reach the goal, with at most that many disruptions?

    A disruption is a Ready Pod that is deleted, by whomever. Returns the cluster afterwards.

    Raises:
        NotYet: for a command that is refused, for a goal that is missed, for more disruptions.
    """
    before = cluster.version
    for line in lines if isinstance(lines, list) else [lines]:
        try:
            commands.run(cluster, str(line))
        except (StatusError, ValueError) as error:
            raise NotYet("a command that kubectl carries out", f"{line}: {error}", lesson) from None
        cluster.settle(600)
    if wrong := goal(cluster):
        raise NotYet(_asked(goal), wrong, lesson)
    count = scripts.disruptions(cluster, since=before)
    if at_most is not None and count > at_most:
        raise NotYet("fewer disruptions on the way", f"{count} Ready Pods were deleted", lesson)
    return cluster


def names_lead_to_pods(service: Any, v: Any, unready: str = "", *, lesson: str) -> None:
    """Does this Service give each Pod of a set a name of its own, even one that is not Ready (N4, N11)?

    Raises:
        NotYet: for a Pod whose name leads nowhere, or elsewhere.
    """
    cluster = Cluster(seed=1)
    behaves(lambda: cluster.apply(service), lesson=lesson)
    cluster.apply(scripts.web(v["set"], v["service"], v["replicas"], "nginx:1.27")[1])
    cluster.settle()
    if unready:
        cluster.make_unready(unready)
        cluster.settle()
    for pod in scripts.members(cluster, v["set"]):
        name = pod.metadata.name
        found = cluster.resolve(f"{name}.{v['service']}")
        if found.answers != (pod.status.podIP,):
            ready = "which is not Ready" if name == unready else "which is Ready"
            raise NotYet(
                "that the name of each Pod leads to that Pod and no other",
                f"the name of {name}, {ready}, gives {', '.join(found.answers) or found.rcode}",
                lesson,
            )


def quorum_survives(manifest: Any, v: Any, faults: Iterable[Fault], *, lesson: str) -> None:
    """Does a quorum store take writes all the time, follow what is asked of it, and forget nothing?

    After faults of the kind `all` only the data count: nobody can write while all Pods are away.

    Raises:
        NotYet: where it does not.
    """
    faults = list(faults)
    name, service, size = v["set"], v["service"], v["members"]
    cluster = behaves(lambda: scripts.cluster_with(manifest), lesson=lesson)
    url = f"http://{name}-0.{service}:2379"
    first = cluster.request(f"{url}/first", data="kept")
    if first.status != 200 or f"of {size} members" not in first.body:
        happened = first.error or first.body
        raise NotYet(f"a store of {size} members that takes a write", happened, lesson)
    always = scripts.writes_go_on(name, service)
    quiet = any(f.what == "all" for f in faults)
    survives(cluster, faults, _nothing if quiet else always, lesson=lesson)
    hosts = [f"{p.metadata.name}.{service}" for p in scripts.ready_members(cluster, name)]
    again = [cluster.request(f"http://{host}:2379/first") for host in hosts]
    if not any(a.body == "kept" for a in again):
        happened = again[0].error or again[0].body if again else "no Pod of the set is Ready"
        raise NotYet("that what was written before is there afterwards", happened, lesson)
    for fault in faults:
        pods = scripts.members(cluster, name)
        if fault.what == "image" and any(p.spec.containers[0].image != fault.value for p in pods):
            raise NotYet("that each Pod gets the new image", "some have the old one", lesson)
        if fault.what == "scale" and fault == faults[-1] and len(pods) != int(fault.value):
            happened = f"there are {len(pods)} Pods in the end"
            raise NotYet("that the set follows the scaling", happened, lesson)


def _nothing(_: Cluster) -> str:
    """Nothing is asked."""
    return ""


def behaves(act: Callable[[], Any], *, lesson: str) -> Any:
    """What `act` returns; a refusal of the API becomes a failed check.

    Raises:
        NotYet: with the API's own words.
    """
    try:
        return act()
    except (StatusError, ValueError, TypeError, AttributeError, KeyError) as error:
        happened = f"it was refused: {_short(str(error))}"
        raise NotYet("a manifest that the API accepts", happened, lesson) from None


def _asked(of: Invariant) -> str:
    """What an invariant or a goal asks for, in its own words."""
    text = (of.__doc__ or "").strip(" .\n")
    return f"that {text[:1].lower()}{text[1:]}"


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return value.strip().rstrip(".") if isinstance(value, str) else value


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 300 else f"{text[:300]} …"
