"""Pictures of people: whatever is brought becomes one small square without anything that a camera added. Pure."""

from io import BytesIO
from typing import Any

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from cooperatives.actions import RuleBroken

SIDE, SMALL = 256, 96  # pixels
MEDIA_TYPE = "image/webp"
MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
_WHITE = (255, 255, 255)
# What Pillow raises for files that are broken or hostile; the last is what a bomb becomes where warnings are errors.
_UNREADABLE = (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError, Image.DecompressionBombWarning)


def square(content: bytes) -> bytes:
    """The picture as a WebP of 256 by 256 pixels, cut to its middle, upright, without metadata.

    Raises RuleBroken for more than 10 MB or 40 megapixels (known before anything is unpacked) and for what is no picture.
    """
    if len(content) > MOST_BYTES:
        raise RuleBroken("photo_too_large", _("The file is larger than 10 MB. Choose a smaller picture."), "photo")
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise _too_many_pixels()
            return _drawn(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except _UNREADABLE as error:
        sentence = _("This is no picture that can be read. Choose a JPEG, PNG or WebP file.")
        raise RuleBroken("not_a_picture", sentence, "photo") from error


def thumbnail(content: bytes) -> bytes:
    """What `square` drew, small enough for a list of people."""
    with Image.open(BytesIO(content), formats=["WEBP"]) as picture:
        return _written(picture.resize((SMALL, SMALL), Image.Resampling.LANCZOS))


def _too_many_pixels() -> RuleBroken:
    return RuleBroken("too_many_pixels", _("The picture has more than 40 megapixels. Make it smaller first."), "photo")


def _drawn(picture: Any) -> bytes:
    picture.draft("RGB", (SIDE * 2, SIDE * 2))  # a large JPEG is read at a fraction of its size
    upright = ImageOps.exif_transpose(picture)
    shown = upright.convert("RGBA") if "A" in upright.getbands() or "transparency" in upright.info else upright.convert("RGB")
    small = ImageOps.fit(shown, (SIDE, SIDE))
    canvas = Image.new("RGB", small.size, _WHITE)  # a new one: nothing of the old file's metadata comes along
    canvas.paste(small, mask=small.getchannel("A") if small.mode == "RGBA" else None)
    return _written(canvas)


def _written(picture: Any) -> bytes:
    file = BytesIO()
    picture.save(file, "WEBP", quality=82, method=4)
    return file.getvalue()
