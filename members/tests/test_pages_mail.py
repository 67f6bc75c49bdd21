"""Where mails go when nobody has set up a mail server: the pages that send one say so."""

from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
PAGES = ["/accounts/confirm-email/", "/accounts/password/reset/done/"]


@pytest.mark.parametrize("page", PAGES)
def test_without_a_mail_server_the_page_says_where_mails_are(page: str, client: Client, settings: Any) -> None:
    settings.EMAIL_HOST = ""
    assert "as a file in var/mail" in client.get(page).content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_with_one_it_does_not(page: str, client: Client, settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example"
    answer = client.get(page)
    assert answer.status_code == 200
    assert "var/mail" not in answer.content.decode()
