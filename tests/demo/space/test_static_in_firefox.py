"""The static page in a second engine: what is asked of it in Chromium is asked again in Firefox, where there is one."""

import pytest
from playwright.sync_api import expect

from tests import firefox
from tests.demo.space.test_kept_analysis_in_browser import (  # noqa: F401
    tab,
    test_a_second_model_is_compared_and_what_it_fixes_is_shown,
    test_it_shows_what_the_server_would_show,
    test_the_tab_opens_what_a_cell_a_picture_and_back_lead_to,
)
from tests.demo.space.test_own_pictures_in_browser import (  # noqa: F401
    SHOWN,
    own_tab,
    page,
    send,
    some_digits,
    test_a_set_is_read_as_the_server_reads_it,
    test_the_views_are_those_of_the_server,
)
from tests.demo.space.test_static_corrections import (  # noqa: F401
    test_a_second_tap_replaces_the_first_and_each_is_seen_taken_back_and_cleared,
    visit,
)
from tests.demo.space.test_static_page import (  # noqa: F401
    address,
    files,
    folders,
    test_a_digit_of_a_number_is_chosen_on_the_canvas_and_in_the_answer,
    test_an_upload_is_answered_and_shown,
    test_no_other_host_is_asked,
    test_pictures_are_read_as_python_reads_them,
    test_the_selftest_passes,
    visitor,
)
from tests.demo.space.test_static_why import (  # noqa: F401
    test_the_reasons_are_those_of_the_server_and_follow_drawing_digit_and_reader,
)

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", name="chromium")
def in_its_place(playwright, tmp_path_factory):
    path = firefox.find()
    if path is None:
        pytest.skip("no Firefox here: `make test` brings Debian's where it may, and FIREFOX_PATH names another")
    with firefox.firefox_of(playwright, path, tmp_path_factory.mktemp("firefox")) as opened:
        yield opened


def test_pictures_of_ones_own_are_answered_and_opened(own_tab, some_digits):  # noqa: F811
    shown = own_tab()
    send(shown, "mine.npz", some_digits)
    shown.wait_for_function(SHOWN, arg="#analysis?data=own-1")
    expect(shown.get_by_test_id("error-count")).to_contain_text("3 of 40 pictures of mine.npz are misread")
    shown.get_by_test_id("gallery").locator("a").first.click()
    expect(shown.get_by_test_id("analysis-picture")).to_contain_text("What mattered")
