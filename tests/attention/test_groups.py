"""Groups say who sees whom, as the picture in groups.py draws it."""

import torch
from flux_regions.attention import (
    Route,
    TokenLayout,
    TokenRouting,
    alone_groups,
    base_groups,
    crossed_groups,
    isolated_groups,
    mixed_groups,
)

LAYOUT = TokenLayout((2, 1), 2, 4)  # texts 0-1 and 2, base 3-4, image 5-8
HALVES = TokenRouting.of([Route((0,), torch.tensor([0.8, 0.8, 0, 0])), Route((1,), torch.tensor([0, 0, 0.8, 0.8]))], 4)


def tokens(index):
    return list(range(index.start, index.stop)) if isinstance(index, slice) else index.tolist()


def sees(groups):
    """query token -> the keys of each group it asks in."""
    seen = {}
    for group in groups:
        for token in tokens(group.query):
            seen.setdefault(token, []).append(tokens(group.key))
    return seen


def test_isolated_regions_see_their_own_text_and_area_and_the_base_sees_the_picture():
    seen = sees(isolated_groups(LAYOUT, HALVES, "regions"))
    first, second, base = [0, 1, 5, 6], [2, 7, 8], [3, 4, 5, 6, 7, 8]
    assert seen == {
        0: [first],
        1: [first],
        2: [second],
        3: [base],
        4: [base],
        5: [first, base],
        6: [first, base],
        7: [second, base],
        8: [second, base],
    }


def test_a_reference_of_a_region_is_seen_by_it_and_the_base_and_sees_what_its_text_sees():
    layout = TokenLayout(
        (2, 1), 2, 4, 3, reference_owners=((1, 1), (5, 1))
    )  # 9 everybody's, 10 of region 1, 11 nobody's
    seen = sees(isolated_groups(layout, HALVES, "regions"))
    second, base = [2, 10, 7, 8, 9], [3, 4, 5, 6, 7, 8, 9, 10, 11]
    assert seen[0] == [[0, 1, 5, 6, 9]]
    assert seen[2] == seen[10] == [second] and seen[7] == [second, base]
    assert seen[9] == seen[11] == [base]
    seen = sees(mixed_groups(layout, HALVES))
    assert seen[10] == seen[0] == [[0, 1, 2, 5, 6, 7, 8, 9, 10, 11]] and seen[11] == [base]


def test_with_isolation_text_the_image_sees_the_whole_image_and_a_text_its_own_area():
    seen = sees(isolated_groups(LAYOUT, HALVES, "text"))
    assert seen[5][0] == [0, 1, 5, 6, 7, 8] and seen[8][0] == [2, 5, 6, 7, 8]
    assert seen[0] == [[0, 1, 5, 6]] and seen[2] == [[2, 7, 8]]


def test_mixed_blocks_show_every_text_and_the_image_to_all_of_them():
    seen = sees(mixed_groups(LAYOUT, HALVES))
    everything, base = [0, 1, 2, 5, 6, 7, 8], [3, 4, 5, 6, 7, 8]
    assert all(seen[token] == [everything] for token in (0, 1, 2))
    assert all(seen[token] == [everything, base] for token in (5, 6, 7, 8))


def test_a_base_branch_that_nobody_reads_is_left_out():
    whole = TokenRouting.of([Route((0,), torch.ones(4))], 4)
    assert base_groups(TokenLayout((2,), 2, 4), whole) == []
    assert base_groups(TokenLayout((2,), 2, 4, reference_length=1), whole) != [], "the references ask in it"


def test_the_copy_of_the_base_image_keeps_its_output_and_gives_the_image_its_share():
    (group,) = base_groups(LAYOUT.with_base_image_copy(True), HALVES)
    assert tokens(group.query) == [3, 4, 9, 10, 11, 12]
    own, merge = group.scatters
    assert tokens(own.target) == [3, 4, 9, 10, 11, 12] and own.weight is None
    assert tokens(merge.rows) == [2, 3, 4, 5] and tokens(merge.target) == [5, 6, 7, 8]
    assert torch.allclose(merge.weight, torch.full((4, 1), 0.2))


def test_texts_alone_see_themselves():
    assert sees(alone_groups([range(2), range(2, 3)])) == {0: [[0, 1]], 1: [[0, 1]], 2: [[2]]}


def test_in_cross_attention_image_tokens_see_the_texts_of_their_route_and_the_base_text():
    seen = sees(crossed_groups(LAYOUT, HALVES, isolated=True))
    assert seen == {0: [[0, 1], [3, 4]], 1: [[0, 1], [3, 4]], 2: [[2], [3, 4]], 3: [[2], [3, 4]]}
    seen = sees(crossed_groups(LAYOUT, HALVES, isolated=False))
    assert seen == {token: [[0, 1, 2], [3, 4]] for token in range(4)}


def test_in_cross_attention_what_has_no_text_sees_the_base_text_for_its_whole_weight():
    routing = TokenRouting.of(
        [Route((0,), torch.tensor([0.8, 0, 0, 0])), Route((), torch.tensor([0, 0.8, 0.8, 0.8]))], 4
    )
    (region, base) = crossed_groups(TokenLayout((2,), 2, 4), routing, isolated=True)
    assert tokens(region.query) == [0] and tokens(base.query) == [0, 1, 2, 3]
    assert torch.allclose(base.scatters[0].weight[:, 0], torch.tensor([0.2, 1.0, 1.0, 1.0]))
