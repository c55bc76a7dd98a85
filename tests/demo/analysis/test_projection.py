"""The map against scikit-learn's principal components, and as people get it."""

import re

import numpy as np
from sklearn.decomposition import PCA

from demo.analysis import map_view
from demo.analysis.address import Address
from demo.analysis.projection import project
from tests.demo.analysis.tiny import tiny


def pictures(count=60):
    return np.random.default_rng(0).integers(0, 256, (count, 28, 28)).astype(np.uint8)


def test_points_are_the_first_two_principal_components():
    seen = pictures()
    expected = PCA(2, svd_solver="full").fit_transform(seen.reshape(len(seen), -1) / 255)
    points = project(seen).points
    for axis in (0, 1):
        assert abs(np.corrcoef(points[:, axis], expected[:, axis])[0, 1]) > 0.999


def test_every_point_lies_in_the_frame_and_a_known_picture_at_its_own_place():
    seen = pictures()
    projection = project(seen)
    assert projection.points.min() == 0
    assert projection.points.max() == 1
    np.testing.assert_allclose(projection.place(seen[7]), projection.points[7], atol=1e-4)


def test_equal_pictures_have_a_map_too():
    assert np.isfinite(project(np.zeros((3, 28, 28), np.uint8)).points).all()


def test_each_misread_picture_is_a_link_on_the_map_and_in_the_table():
    html = map_view.section(tiny(), project(tiny().predictions.seen), Address(show="map"))
    assert re.findall(r'aria-label="Picture (\d): a', html) == ["2", "5", "0"]
    assert html.count('<th scope="row">') == 3
