import pytest

pytest.register_assert_rewrite("config.tests.story")
