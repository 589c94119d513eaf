"""Why: in sentences, what the controllers do about an object now and what they wait for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statefulkit.api.errors import BadRequest, NotFound
from statefulkit.api.kinds import kind_of
from statefulkit.arguments import checked
from statefulkit.controllers.pods import parent_and_ordinal
from statefulkit.store import Decided, Key, View
from statefulkit.views import sentences_en as say
from statefulkit.views.about import about, ghost
from statefulkit.views.pages import page
from statefulkit.views.tables import HasView

_RULE = re.compile(r" \(([A-Z][0-9]+)\)$")


class Explanation(tuple[str, ...]):
    """Sentences, each with the number of its rule; a notebook shows them as a list with links."""

    __slots__ = ()

    def __str__(self) -> str:
        return "\n".join(self)

    def linked(self) -> list[tuple[str, str, str]]:
        """Each sentence as (text, rule, address of the public page on the rule)."""
        found = []
        for sentence in self:
            rule = _RULE.search(sentence)
            number = rule[1] if rule else ""
            found.append((_RULE.sub("", sentence), number, page(number)))
        return found

    def _repr_markdown_(self) -> str:
        return "\n".join(f"- {_plain(t)}{_link(rule, to)}" for t, rule, to in self.linked())


def _link(rule: str, address: str) -> str:
    return f" ([{rule}]({address}))" if address else f" ({rule})" if rule else ""


def _plain(text: str) -> str:
    return "".join(f"\\{ch}" if ch in "\\`*_{}[]<>#|!" else ch for ch in text)


@checked
def explain(source: HasView, what: str, namespace: str = "default") -> Explanation:
    """Explain one object, named as kubectl takes it: `sts/web`, `pod/web-1`, `svc/nginx`.

    It says how the object stands, what would help it, and what each controller decided about it
    last. A Pod that a set wants, or whose claims wait for it, can be asked for too.

    Raises:
        BadRequest: where `what` is not of the form kind/name.
        NotFound: where there is no such kind or object.
    """
    word, slash, name = what.partition("/")
    if not slash:
        text = f"{what!r} is not of the form kind/name, as in sts/web"
        raise BadRequest(text, text=f"error: {text}")
    kind, view = kind_of(word), source.view
    key = Key(kind.name, namespace if kind.namespaced else "", name)
    obj = view.find(*key)
    if obj is None:
        if not _has_a_place(view, key):
            raise NotFound.of(kind, name)
        return Explanation(_cited(*told) for told in ghost(view, key))
    sentences = [_cited(*told) for told in about(view, obj)]
    return Explanation([*sentences, *_last_decisions(view, key)])


def _has_a_place(view: View, key: Key) -> bool:
    owner = view.find("StatefulSet", key.namespace, parent_and_ordinal(key.name)[0])
    return key.kind == "Pod" and owner is not None


def _cited(text: str, rule: str) -> str:
    return f"{text} ({rule})" if rule else text


def _last_decisions(view: View, key: Key) -> Iterator[str]:
    records = sorted(_decided(view, key), key=lambda r: r.version)
    obj = view.find(*key)
    if not records and key.kind == "StatefulSet" and not obj.status.observedGeneration:
        yield say.NOTHING.format(name=key.name)
    for record in records:
        reason = record.reason.rstrip(".")
        yield _cited(say.LAST.format(who=say.WHO[record.actor], reason=reason), record.rule)


def _decided(view: View, key: Key) -> Iterator[Decided]:
    """The last decision of each actor for an object, not for an earlier one of its name."""
    uid = view.find(*key).metadata.uid
    for actor in say.WHO:
        last = view.fact("decided", actor, key)
        if last is not None and last.uid == uid:
            yield last
