"""Pictures of people who do not exist: a few plain shapes in colours that follow from the name, the same on every machine."""

from functools import cache
from hashlib import sha256
from io import BytesIO

from PIL import Image, ImageColor, ImageDraw

from ..photos import square

_SIZE = 512  # drawn larger than shown, so that its edges are smooth
_SKIN = ("#f1cfb2", "#e0ac83", "#c68a5c", "#9a6540", "#6f4529")
_HAIR = ("#2b211c", "#553a26", "#8a5a33", "#c29a5b", "#b9b4ad")


@cache
def portrait(name: str) -> bytes:
    """A person as a WebP, as small as every photo is."""
    seed = sha256(name.encode()).digest()
    hue = seed[0] * 360 // 256
    picture = Image.new("RGB", (_SIZE, _SIZE), ImageColor.getrgb(f"hsl({hue}, 30%, 80%)"))
    drawn, skin, hair = ImageDraw.Draw(picture), _SKIN[seed[1] % 5], _HAIR[seed[2] % 5]
    if seed[3] % 2:
        drawn.rounded_rectangle((148, 160, 364, 380), 90, fill=hair)  # long hair, behind the shoulders
    drawn.ellipse((60, 350, 452, 760), fill=ImageColor.getrgb(f"hsl({(hue + 150) % 360}, 35%, 40%)"))
    drawn.rounded_rectangle((216, 280, 296, 400), 40, fill=skin)
    drawn.ellipse((166, 110, 346, 340), fill=skin)
    drawn.chord((156, 90, 356, 330), 190, 350, fill=hair)
    file = BytesIO()
    picture.save(file, "PNG")
    return square(file.getvalue())
