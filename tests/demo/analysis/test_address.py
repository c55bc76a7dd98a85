"""Addresses: what they keep, and sentences for those that name nothing."""

import pytest

from demo.analysis.address import Address, AddressError, parse

VIEWS = {
    "the first view": Address(),
    "a cell": Address(truth=4, answer=9, only="all"),
    "zero is a digit": Address(truth=0, page=2),
    "everything": Address(
        "mnist-validation",
        "a.onnx",
        "b.onnx",
        "slices",
        1,
        2,
        "all",
        "loss",
        "slant:3",
        1,
        7,
        "blur",
        0.5,
        "truth",
        "0,0;1,0;1,1",
        "0.25,0.5",
    ),
}


@pytest.mark.parametrize("address", VIEWS.values(), ids=VIEWS.keys())
def test_an_address_comes_back_as_it_went(address):
    assert parse(address.href) == address


def test_what_is_usual_is_left_out():
    assert Address().href == "#analysis"
    assert Address(truth=4).href == "#analysis?truth=4"


def test_another_filter_starts_on_the_first_page_with_nothing_opened():
    there = Address(page=3, picture=5).to(truth=1)
    assert (there.page, there.picture, there.truth) == (0, None, 1)


BAD = {
    "unknown part": ("#analysis?flavour=red", "'flavour'"),
    "no digit": ("#analysis?truth=10", "truth=10; expected 0 to 9"),
    "no number": ("#analysis?page=two", "page='two'; expected a number"),
    "unknown section": ("#analysis?show=secrets", "expected one of overview"),
    "not a share": ("#analysis?mark=nan", "mark=nan"),
}


@pytest.mark.parametrize(("text", "sentence"), BAD.values(), ids=BAD.keys())
def test_an_address_that_names_nothing_gets_a_sentence(text, sentence):
    with pytest.raises(AddressError, match=sentence):
        parse(text)
