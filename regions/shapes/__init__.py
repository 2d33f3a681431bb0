"""Vector shapes, in fractions of the canvas (0..1, x right, y down): one module for each kind.

A kind is a subclass of Shape or BoxShape in a module of its own, and one line below. Every notation finds it here by
its `kind`.
"""

from .shape import Shape as Shape  # noqa: I001  (errors name the kinds in this order)
from .box_shape import BoxShape as BoxShape
from .rect import Rect as Rect
from .ellipse import Ellipse as Ellipse
from .polygon import Polygon as Polygon
from .stroke import Stroke as Stroke
from .rotated import Rotated as Rotated

SHAPE_KINDS: dict[str, type[Shape]] = {
    shape.kind: shape
    for shape in (*BoxShape.__subclasses__(), *Shape.__subclasses__())
    if "kind" in vars(shape) and shape is not Rotated
}
