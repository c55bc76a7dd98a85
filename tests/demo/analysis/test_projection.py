"""The map against scikit-learn's principal components, and as people get it."""

import re

import numpy as np
import pytest
from sklearn.decomposition import PCA

from demo.analysis import map_view
from demo.analysis.address import Address, AddressError
from demo.analysis.projection import project
from tests.demo.analysis.tiny import tiny


def features(count=60):
    return np.random.default_rng(0).normal(0, 3, (count, 40)).astype(np.float16)


def test_points_are_the_first_two_principal_components():
    expected = PCA(2, svd_solver="full").fit_transform(features().astype(np.float64))
    points = project(features()).points
    for axis in (0, 1):
        assert abs(np.corrcoef(points[:, axis], expected[:, axis])[0, 1]) > 0.999


def test_every_point_lies_in_the_frame_and_a_known_picture_at_its_own_place():
    projection = project(features())
    assert projection.points.min() == 0
    assert projection.points.max() == 1
    np.testing.assert_allclose(projection.place(features()[7]), projection.points[7], atol=1e-4)


def test_equal_pictures_have_a_map_too():
    assert np.isfinite(project(np.zeros((3, 8), np.float16)).points).all()


def test_a_model_without_features_gets_a_sentence():
    assert project(np.zeros((3, 0), np.float16)) is None
    assert "names no layer" in map_view.section(tiny(), None, Address(show="map"))


def drawn(**changes):
    return map_view.section(tiny(), project(tiny().predictions.features), Address(show="map", **changes))


def test_each_misread_picture_is_a_link_on_the_map_and_in_the_table():
    html = drawn()
    assert re.findall(r'aria-label="Picture (\d): a', html) == ["2", "5", "0"]
    assert html.count('<th scope="row">') == 3


COLOURED = {  # rings of the pictures 2, 5 and 0, then the clouds of the others
    "answer": (["digit-4", "digit-9", "digit-9"], {"digit-0", "digit-4", "digit-9"}),
    "truth": (["digit-9", "digit-4", "digit-4"], {"digit-0", "digit-4", "digit-9"}),
    "error": (["misread"] * 3, {"read-right"}),
}


@pytest.mark.parametrize(("colour", "styles"), COLOURED.items(), ids=COLOURED.keys())
def test_points_are_coloured_as_asked(colour, styles):
    html = drawn(colour=colour)
    assert re.findall(r'class="ring ([\w-]+)"', html) == styles[0]
    assert set(re.findall(r'class="cloud ([\w-]+)"', html)) == styles[1]


def test_the_drawing_and_the_area_stand_where_the_address_says():
    html = drawn(spot="0.25,0.5", area="0,0;1,0;1,1")
    assert "M148.0 220.0h16" in html  # 12 + 576 / 4 = 156 in the middle, 12 + 416 / 2 = 220
    assert 'points="12.0,428.0 588.0,428.0 588.0,12.0"' in html
    assert "Let go of the area" in html


@pytest.mark.parametrize("spot", ["1", "2,0", "a,b", "nan,0"])
def test_a_spot_beside_the_map_is_a_sentence(spot):
    with pytest.raises(AddressError, match="spot"):
        Address(spot=spot)
