"""Requests by URL: the object in the body must be the one that the path speaks of."""

from __future__ import annotations

from typing import Any

from statefulkit.api.errors import BadRequest


def addressed(kind: Any, doc: dict[str, Any], namespace: str) -> dict[str, Any]:
    """The body of a request sent to `kind`'s path in `namespace`, its namespace filled in.

    Raises:
        BadRequest: where the body is of another kind, version or namespace, in the API's words.
    """
    if doc.get("apiVersion") != kind.api_version:
        raise BadRequest(
            f"the API version in the data ({doc.get('apiVersion', '')}) does not match the expected "
            f"API version ({kind.api_version})"
        )
    if doc.get("kind") != kind.name:
        version = f"{kind.version}.{doc.get('kind', '')}"
        raise BadRequest(
            f'{doc.get("kind", "")} in version "{kind.version}" cannot be handled as a {kind.name}: '
            f"converting ({version}) to ({kind.group or 'core'}.{kind.name}): unknown conversion"
        )
    meta = doc.get("metadata")
    if not kind.namespaced or not isinstance(meta, dict):
        return doc
    if meta.get("namespace") not in (None, "", namespace):
        raise BadRequest(
            "the namespace of the provided object does not match the namespace sent on the request"
        )
    return doc | {"metadata": meta | {"namespace": namespace}}
