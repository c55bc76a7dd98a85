"""What lets a browser install the static page like a program: its manifest, and icons drawn in the theme's colours."""

import io
import json

from PIL import Image, ImageDraw

from demo.space.folders import Files
from demo.theme import COLOURS, theme

SIDES_PX = (192, 512)
SMOOTHING = 4  # times as large while it is drawn
SEVEN = ((0.32, 0.3), (0.68, 0.3), (0.46, 0.72))  # within the middle that no system cuts off
PEN = 0.09  # width, as a share of the side
NAME = "manifest.webmanifest"


def app_manifest(title: str) -> Files:
    """Name -> bytes of the manifest and its icons, to lie in one folder below the page."""
    icons = {f"icon-{side}.png": icon(side) for side in SIDES_PX}
    told = {
        "name": title,
        "start_url": "../",
        "scope": "../",
        "display": "standalone",
        "background_color": theme().body_background_fill,
        "theme_color": COLOURS["accent"][0],
        "icons": [
            {"src": name, "sizes": f"{side}x{side}", "type": "image/png", "purpose": "any maskable"}
            for name, side in zip(icons, SIDES_PX, strict=True)
        ],
    }
    return icons | {NAME: json.dumps(told).encode()}


def icon(side_px: int) -> bytes:
    """A seven in white on the accent colour, as a PNG file."""
    side = side_px * SMOOTHING
    picture = Image.new("RGB", (side, side), COLOURS["accent"][0])
    pen = ImageDraw.Draw(picture)
    points, reach = [(x * side, y * side) for x, y in SEVEN], PEN * side / 2
    pen.line(points, "white", round(2 * reach))
    for x, y in points:
        pen.ellipse((x - reach, y - reach, x + reach, y + reach), "white")
    buffer = io.BytesIO()
    picture.resize((side_px, side_px), Image.Resampling.LANCZOS).quantize(16).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
