"""A line for each area, one for all, or a sentence that says how many there are."""

import pytest
from flux_regions.regions import name_list, prompt_list


def test_a_line_for_each_or_one_for_all():
    assert prompt_list("a cat\n\n a dog \n", 2, "masks") == ["a cat", "a dog"]
    assert prompt_list("a cat", 3, "masks") == ["a cat"] * 3 and prompt_list(" \n", 2, "masks") == ["", ""]
    with pytest.raises(ValueError, match=r"^3 masks came in, but prompt has 2 lines\. Write one line for each"):
        prompt_list("a cat\na dog", 3, "masks")


def test_names_with_commas_or_one_that_is_numbered():
    assert name_list("cat, dog,", 2, "boxes") == ["cat", "dog"] == name_list("cat\ndog", 2, "boxes")
    assert name_list("cat", 2, "boxes") == ["cat 1", "cat 2"] and name_list("cat", 1, "boxes") == ["cat"]
    assert name_list("", 2, "boxes") == ["", ""]
    with pytest.raises(ValueError, match=r"^3 boxes came in, but name has 2 names\. Give one for each"):
        name_list("cat, dog", 3, "boxes")
