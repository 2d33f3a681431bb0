"""The layout of the joint sequence: which token is region text, base text, image, reference; all index arithmetic.

    | text of region 1 | … | text of region R | base text | image | references | copy of the image, for the base branch
      | `texts[0]`             `texts[R - 1]`     `base`      `image` `references`  `base_image`

Region texts come first, so that base text, image and references, which the base branch needs, lie side by side. Where
a model numbers its texts in a way that does not allow it, they stand behind the base text (`base_first`).
Behind the image may also be the model's own padding of it (Z-Image), in place of references.
The last of the references may be single regions' own; those before them are everybody's.
The copy is there only in the single blocks of image_stream "paper".
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class TokenLayout:
    """Lengths in tokens: of each region's text, the base text, the image, and what stands behind it: references
    (Kontext), or the padding that fills the image up to a multiple of so many tokens (Z-Image).

    base_image_copy: whether the base branch has image tokens of its own, behind all others.
    base_first: the base text stands before the region texts.
    reference_owners: (region, tokens) of each reference picture that is a region's own, in their order. They are the
        last of the references.
    """

    text_lengths: tuple[int, ...]
    base_length: int
    image_length: int
    reference_length: int = 0
    base_image_copy: bool = False
    base_first: bool = False
    reference_owners: tuple[tuple[int, int], ...] = ()

    def with_base_image_copy(self, base_image_copy: bool) -> TokenLayout:
        return replace(self, base_image_copy=base_image_copy)

    @property
    def texts(self) -> tuple[range, ...]:
        """Each region's text. Worked value: lengths 3, 2 -> range(0, 3), range(3, 5)."""
        spans, start = [], self.all_texts.start
        for length in self.text_lengths:
            spans.append(range(start, start + length))
            start += length
        return tuple(spans)

    @property
    def all_texts(self) -> range:
        start = self.base_length if self.base_first else 0
        return range(start, start + sum(self.text_lengths))

    @property
    def base(self) -> range:
        return range(self.base_length) if self.base_first else _following(self.all_texts, self.base_length)

    @property
    def image(self) -> range:
        return _following(range(self.base_length + sum(self.text_lengths)), self.image_length)

    @property
    def references(self) -> range:
        return _following(self.image, self.reference_length)

    @property
    def shared_references(self) -> range:
        """Those that are everybody's."""
        owned_length = sum(length for _, length in self.reference_owners)
        return range(self.references.start, self.references.stop - owned_length)

    @property
    def owned_references(self) -> tuple[tuple[int, range], ...]:
        """(region, tokens) of those that are a region's own."""
        owned, span = [], self.shared_references
        for region, length in self.reference_owners:
            span = _following(span, length)
            owned.append((region, span))
        return tuple(owned)

    @property
    def base_image(self) -> range:
        """The image tokens of the base branch: its copy of them, or the image itself."""
        return _following(self.references, self.image_length) if self.base_image_copy else self.image

    @property
    def total(self) -> int:
        return max(self.references.stop, self.base_image.stop)


def _following(span: range, length: int) -> range:
    return range(span.stop, span.stop + length)
