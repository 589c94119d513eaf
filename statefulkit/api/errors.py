"""Kubernetes' own refusals: a Status with code, reason and causes, worded as kubectl prints it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from lightkube.models.meta_v1 import Status, StatusCause, StatusDetails

from statefulkit.api.told import rendered


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing wrong with a request: the field's path, Kubernetes' reason word, the message."""

    field: str
    reason: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


def shown(value: Any) -> str:
    """A value as error messages print it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=True)


def required(path: str, detail: str = "") -> Cause:
    """`Required value`, with a detail where there is one."""
    return Cause(path, "FieldValueRequired", f"Required value{detail and ': ' + detail}")


def invalid(path: str, value: Any, why: str) -> Cause:
    """`Invalid value: …: why`."""
    return Cause(path, "FieldValueInvalid", f"Invalid value: {shown(value)}: {why}")


def unsupported(path: str, value: Any, supported: Iterable[str]) -> Cause:
    """`Unsupported value: …: supported values: "a", "b"`."""
    known = ", ".join(shown(s) for s in supported)
    text = f"Unsupported value: {shown(value)}: supported values: {known}"
    return Cause(path, "FieldValueNotSupported", text)


def forbidden(path: str, why: str) -> Cause:
    """`Forbidden: why`."""
    return Cause(path, "FieldValueForbidden", f"Forbidden: {why}")


def duplicate(path: str, value: Any) -> Cause:
    """`Duplicate value: …`."""
    return Cause(path, "FieldValueDuplicate", f"Duplicate value: {shown(value)}")


def not_found(path: str, value: Any) -> Cause:
    """`Not found: …`."""
    return Cause(path, "FieldValueNotFound", f"Not found: {shown(value)}")


class StatusError(Exception):
    """A request that the API refuses.

    Attributes:
        status: Kubernetes' Status: code, reason, message, details with causes.
    """

    code: ClassVar[int] = 500
    reason: ClassVar[str] = "InternalError"

    def __init__(
        self, message: str, *, text: str = "", details: StatusDetails | None = None
    ) -> None:
        """A refusal with the API's `message`; `text` is what kubectl prints, where that differs."""
        word = f" ({self.reason})" if self.reason else ""
        super().__init__(text or f"Error from server{word}: {message}")
        self.status = Status(
            apiVersion="v1",
            kind="Status",
            status="Failure",
            code=self.code,
            reason=self.reason,
            message=message,
            details=details,
        )

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows of it."""
        return rendered(self)

    @staticmethod
    def no_name() -> BadRequest:
        """A request about an object that it does not name."""
        message = "resource name may not be empty"
        return BadRequest(message, text=f"error: {message}")

    @staticmethod
    def no_resource_type(name: str) -> NotFound:
        """A kind that kubectl does not know."""
        message = f'the server doesn\'t have a resource type "{name}"'
        return NotFound(message, text=f"error: {message}")


class BadRequest(StatusError):
    """400: the request cannot be read."""

    code, reason = 400, "BadRequest"


class Forbidden(StatusError):
    """403: the request is understood and not allowed."""

    code, reason = 403, "Forbidden"


class NotFound(StatusError):
    """404: there is no such object."""

    code, reason = 404, "NotFound"

    @classmethod
    def of(cls, kind: Any, name: str) -> NotFound:
        """No object of that kind has that name."""
        return cls(f'{kind.resource} "{name}" not found', details=_details(kind, name))


class AlreadyExists(StatusError):
    """409: the name is taken."""

    code, reason = 409, "AlreadyExists"

    @classmethod
    def of(cls, kind: Any, name: str) -> AlreadyExists:
        """An object of that kind has that name already."""
        return cls(f'{kind.resource} "{name}" already exists', details=_details(kind, name))


class Conflict(StatusError):
    """409: the object has moved on since it was read."""

    code, reason = 409, "Conflict"

    @classmethod
    def of(cls, kind: Any, name: str, why: str = "") -> Conflict:
        """The object is not the one that the request was based on."""
        why = why or (
            "the object has been modified; please apply your changes to the latest version and "
            "try again"
        )
        message = f'Operation cannot be fulfilled on {kind.resource} "{name}": {why}'
        return cls(message, details=_details(kind, name))


class Invalid(StatusError):
    """422: validation failed; each cause names its field."""

    code, reason = 422, "Invalid"

    @classmethod
    def of(cls, kind: Any, name: str, causes: Iterable[Cause]) -> Invalid:
        """The object is not valid, for these causes."""
        causes = list(causes)
        lines = list(dict.fromkeys(str(c) for c in causes))  # each is said once
        group = f"{kind.name}.{kind.group}" if kind.group else kind.name
        joined = lines[0] if len(lines) == 1 else f"[{', '.join(lines)}]"
        text = f'The {kind.name} "{name}" is invalid: '
        text += lines[0] if len(lines) == 1 else "".join(f"\n* {line}" for line in lines)
        details = _details(kind, name)
        details.kind = kind.name
        details.causes = [StatusCause(c.field, c.message, c.reason) for c in causes]
        return cls(f'{group} "{name}" is invalid: {joined}', text=text, details=details)

    @classmethod
    def patched(cls, doc: Any, why: str) -> Invalid:
        """A patch leaves what cannot be read as the kind of object that it was sent to."""
        cause = invalid("patch", shown(doc), why)
        details = StatusDetails(causes=[StatusCause(cause.field, cause.message, cause.reason)])
        text = f"The request is invalid: {cause}"
        return cls(f' "" is invalid: {cause}', text=text, details=details)


class Unexpected(StatusError):
    """500: the server has no word for what went wrong, but it says what."""

    code, reason = 500, ""


class TooManyRequests(StatusError):
    """429: not now; a PodDisruptionBudget forbids the eviction."""

    code, reason = 429, "TooManyRequests"


def _details(kind: Any, name: str) -> StatusDetails:
    return StatusDetails(name=name, group=kind.group or None, kind=kind.plural)
