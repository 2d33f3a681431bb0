"""The joint sequence is cut into spans that lie side by side, in the order of the picture in token_layout.py."""

from flux_regions.attention import TokenLayout
from hypothesis import given
from hypothesis import strategies as st

LENGTH = st.integers(0, 7)


@given(st.lists(LENGTH, max_size=5), LENGTH, st.integers(1, 9), LENGTH, st.booleans())
def test_the_spans_follow_each_other_without_a_gap(texts, base, image, references, copy):
    layout = TokenLayout(tuple(texts), base, image, references, copy)
    spans = [*layout.texts, layout.base, layout.image, layout.references]
    if copy:
        spans.append(layout.base_image)
    lengths = [*texts, base, image, references, *([image] if copy else [])]
    assert [len(span) for span in spans] == lengths
    assert [token for span in spans for token in span] == list(range(layout.total))


def test_worked_values():
    layout = TokenLayout((3, 2), 4, 6, 1)
    assert layout.texts == (range(3), range(3, 5)) and layout.all_texts == range(5)
    assert layout.base == range(5, 9) and layout.image == range(9, 15) and layout.references == range(15, 16)
    assert layout.base_image == layout.image and layout.total == 16


def test_without_a_copy_the_base_branch_reads_the_image_itself():
    layout = TokenLayout((2,), 3, 4)
    assert layout.base_image == layout.image
    copied = layout.with_base_image_copy(True)
    assert copied.base_image == range(9, 13) and copied.total == layout.total + 4
    assert copied.with_base_image_copy(False) == layout


def test_region_texts_may_stand_behind_the_base_text():
    layout = TokenLayout((3, 2), 4, 6, 1, base_first=True)
    assert layout.base == range(4) and layout.texts == (range(4, 7), range(7, 9)) and layout.all_texts == range(4, 9)
    assert layout.image == range(9, 15) and layout.references == range(15, 16) and layout.total == 16
