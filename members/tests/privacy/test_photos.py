"""Photos: small, square, bare; bombs and other files are refused before they unfold; shown to whom their person chose."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image
from PIL.Image import Exif

from activity.models import Event
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from cooperatives.queries import enter
from members.actions import consent, correct_person, end_membership, remove_photo, set_photo
from members.models import Membership, Person, Photo, User
from members.photos import MOST_BYTES, MOST_PIXELS, square

from ..factories import a_member, acting, refused


def a_picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480), colour: str = "red", **facts: object) -> bytes:
    file = BytesIO()
    mode = "RGBA" if kind != "JPEG" else "RGB"
    Image.new(mode, size, colour).save(file, kind, **facts)
    return file.getvalue()


def a_bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it is this large."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("size", [(640, 480), (30, 900), (256, 256), (1, 1)])
def test_whatever_comes_becomes_one_small_square(kind: str, size: tuple[int, int]) -> None:
    with Image.open(BytesIO(square(a_picture(kind, size)))) as drawn:
        assert (drawn.format, drawn.size, drawn.mode) == ("WEBP", (256, 256), "RGB")
        red, green, blue = drawn.getpixel((128, 128))
        assert red > 240
        assert max(green, blue) < 15


def test_what_the_camera_added_goes_and_the_picture_stands_upright() -> None:
    exif = Exif()
    exif[0x0112], exif[0x010E], exif[0x013B] = 6, "At Ben's home", "Ben Oduya"  # turned by 90 degrees; words
    picture = Image.new("RGB", (400, 400), "red")
    picture.paste("blue", (0, 0, 400, 200))  # blue is up as stored; turned clockwise it is on the right
    file = BytesIO()
    picture.save(file, "JPEG", exif=exif, comment=b"Ben's comment")
    drawn = square(file.getvalue())
    for words in (b"Ben", b"EXIF", b"Exif", b"XMP", b"ICCP"):
        assert words in file.getvalue() or words in (b"EXIF", b"XMP", b"ICCP")
        assert words not in drawn
    with Image.open(BytesIO(drawn)) as shown:
        left, right = shown.getpixel((20, 128)), shown.getpixel((236, 128))
    assert left[0] > 200 > left[2]
    assert right[2] > 200 > right[0]


def test_what_is_seen_through_stands_on_white() -> None:
    with Image.open(BytesIO(square(a_picture("PNG", colour="#ff000000")))) as drawn:
        assert min(drawn.getpixel((128, 128))) > 250


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_a_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_picture"),
        (b"GIF89a" + b"\0" * 40, "not_a_picture"),
        (a_picture()[:900], "not_a_picture"),
        (a_bomb(300, 300), "not_a_picture"),
        (a_bomb(60_000, 60_000), "too_many_pixels"),
        (a_bomb(8_000, 5_001), "too_many_pixels"),
        (b"\xff" * (MOST_BYTES + 1), "photo_too_large"),
    ],
    ids=["nothing", "svg", "gif", "cut off", "lies", "bomb", "too many", "too large"],
)
def test_other_files_and_bombs_are_refused(content: bytes, code: str) -> None:
    assert MOST_PIXELS == 40_000_000
    with refused(code) as caught:
        square(content)
    assert caught.value.field == "photo"


@pytest.fixture
def person(ben: User, alder: Cooperative) -> Person:
    """Ben in the register."""
    with enter([alder.pk]):
        found: Person = Membership.objects.select_related("person").get(user=ben).person
        return found


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(cooperative: Cooperative, person: Person) -> str:
    return f"/c/{cooperative.slug}/members/{person.public_id}/photo/"


def test_a_photo_is_put_up_changed_and_taken_down(ben: User, alder: Cooperative, person: Person) -> None:
    mine, page = browser(ben), f"/c/{alder.slug}/me/"
    for colour, count in (("red", 1), ("red", 1), ("blue", 2)):
        file = SimpleUploadedFile("me.jpg", a_picture(colour=colour), "image/jpeg")
        answer = mine.post(f"{page}photo/", {"photo": file}, follow=True)
        assert "Your photo is up." in answer.content.decode()
        with enter([alder.pk]):
            assert Photo.objects.count() == 1
            assert Event.objects.filter(kind="members.photo_changed").count() == count
    assert address(alder, person) in mine.get(page).content.decode()
    for count in (3, 3):
        mine.post(f"{page}photo/", {"remove": "yes"})
        with enter([alder.pk]):
            assert not Photo.objects.exists()
            assert Event.objects.filter(kind="members.photo_changed").count() == count
    assert mine.get(address(alder, person)).status_code == 404


def test_what_is_no_picture_is_said_at_the_field(ben: User, alder: Cooperative) -> None:
    file = SimpleUploadedFile("me.jpg", b"not at all", "image/jpeg")
    answer = browser(ben).post(f"/c/{alder.slug}/me/photo/", {"photo": file})
    assert answer.status_code == 422
    assert "This is no picture that can be read." in answer.content.decode()


def test_the_picture_is_served_as_itself_and_kept_by_no_cache(ben: User, alder: Cooperative, person: Person) -> None:
    with acting(ben) as actor:
        set_photo(actor, person, content=a_picture())
    mine = browser(ben)
    answer = mine.get(address(alder, person))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == 'inline; filename="photo.webp"'
    assert Image.open(BytesIO(answer.content)).size == (256, 256)


def test_fellows_see_it_when_it_is_shown_and_agreed_to(ada: User, ben: User, alder: Cooperative, person: Person) -> None:
    fellow = User.objects.create_user("eve@example.org", "kettle-lantern-47", name="Eve")
    a_member(alder, fellow)
    seen: list[tuple[int, int]] = []

    def look() -> None:
        pages = [browser(user) for user in (fellow, ada, ben)]
        found = [each.get(address(alder, person)).status_code for each in pages]
        listed = [f"{address(alder, person)}?small" in each.get(f"/c/{alder.slug}/members/").content.decode() for each in pages]
        assert listed == [status == 200 for status in found], "lists show who may see it, and nobody else an address"
        assert found[2] == 200, "one's own is always seen"
        seen.append((found[0], found[1]))

    with acting(ben) as actor:
        set_photo(actor, person, content=a_picture())
        look()
        correct_person(actor, person, shown=["photo"], version=1)
        look()
        consent(actor, person, kind="photo", is_given=False)
        look()
        consent(actor, person, kind="photo", is_given=True)
        look()
    assert seen == [(404, 200), (200, 200), (404, 200), (200, 200)]


def test_lists_get_a_smaller_one_and_ask_no_more_for_more_people(ben: User, alder: Cooperative, person: Person) -> None:
    fellows = [a_member(alder, name=f"Fellow {number}").person for number in range(2)]
    counts = []
    for each in (person, *fellows):
        with enter([alder.pk]):
            set_photo(SYSTEM, each, content=a_picture())
            Person.objects.filter(pk=each.pk).update(shown=["photo"])
        mine = browser(ben)
        with CaptureQueriesContext(connection) as taken:
            page = mine.get(f"/c/{alder.slug}/members/").content.decode()
        counts.append(len(taken))
    assert (page.count("?small"), counts[0]) == (3, counts[2])
    small = mine.get(address(alder, fellows[0]), {"small": ""})
    assert (Image.open(BytesIO(small.content)).size, small["Cache-Control"]) == ((96, 96), "private, no-store")


def test_strangers_and_those_who_left_see_none(ada: User, ben: User, alder: Cooperative, person: Person, stranger: User) -> None:
    with acting(ben) as actor:
        set_photo(actor, person, content=a_picture())
        correct_person(actor, person, shown=["photo"], version=1)
    assert browser(stranger).get(address(alder, person)).status_code == 404
    with acting(ada) as actor:
        end_membership(actor, Membership.objects.get(user=ben))
    assert browser(ben).get(address(alder, person)).status_code == 404
    with acting(ada) as actor:
        remove_photo(actor, person)
        assert not Photo.objects.exists()
