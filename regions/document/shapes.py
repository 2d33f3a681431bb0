"""The shapes of a region document, read and written. What the fields of each kind are is the kind's own affair."""

from __future__ import annotations

from ..json_values import as_json, expect_object, expect_string
from ..region import ShapeOp
from ..shapes import SHAPE_KINDS, Rotated


def read_shape_op(value: object, label: str) -> ShapeOp:
    """One entry of a region's "shapes". Raises ValueError, starting with label, for a value that makes no shape."""
    fields = expect_object(value, label)
    kinds = ", ".join(SHAPE_KINDS)
    if "kind" not in fields:
        raise ValueError(f"{label} has no kind; give one of: {kinds}.")
    kind = expect_string(fields["kind"], f"{label}: kind")
    if kind not in SHAPE_KINDS:
        raise ValueError(
            f"{label}: kind is {as_json(kind)}; give one of: {kinds}. If a newer Flux Regions made the document, "
            "update the pack."
        )
    label = f"{label} ({kind})"
    mode = expect_string(fields.get("mode", "add"), f"{label}: mode")
    if mode not in ("add", "subtract"):
        raise ValueError(f"{label}: mode is {as_json(mode)}; give one of: add, subtract.")
    shape_class = Rotated if "rotation" in fields else SHAPE_KINDS[kind]
    return ShapeOp(shape_class.read(fields, label), "subtract" if mode == "subtract" else "add")


def write_shape_op(op: ShapeOp) -> dict:
    """The object that read_shape_op reads as this; the default mode is left out."""
    return {**op.shape.write(), **({"mode": op.mode} if op.mode != "add" else {})}
