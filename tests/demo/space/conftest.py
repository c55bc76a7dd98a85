"""The static page with its second tab, for two models and one set: quick to work out."""

import pytest

from demo.settings import MODELS

SETS, NAMES = ["optdigits"], ["recognizer.onnx", "edge-recognizer.onnx"]


@pytest.fixture(scope="session")
def kept_analysis(tmp_path_factory):
    from demo.space import kept_analysis

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIGITS_CACHE", str(tmp_path_factory.mktemp("kept")))
        return kept_analysis.kept_analysis(SETS, NAMES, processes=1)


@pytest.fixture(scope="session")
def kept_address(kept_analysis, tmp_path_factory):
    from demo.space import static_space
    from tests.demo.hosting import hosted

    files = static_space.static_space({"title": "Digits"}, MODELS / "reader.onnx", kept_analysis)
    with hosted(tmp_path_factory.mktemp("kept") / "space", files) as address:
        yield address
