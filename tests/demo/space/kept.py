"""The kept analysis as the browser's scripts read it, written a second time in Python."""

import gzip
import json
import re
from dataclasses import replace
from urllib.parse import parse_qsl

import numpy as np

from demo.analysis.address import parse
from demo.answers.message import data_url
from demo.space import kept_views
from demo.space.kept_address import CHANGED, KEPT, KeptAddress

LINK = re.compile(f'href="{CHANGED}([^"]*)"')


def unpacked(content: bytes) -> dict[str, str]:
    """Key -> HTML of a bundle."""
    whole = gzip.decompress(content)
    length = int.from_bytes(whole[:4], "big")
    head, at, urls = json.loads(whole[4 : 4 + length]), 4 + length, []
    for width, height, depth in head["pictures"]:
        pixels = np.frombuffer(whole, np.uint8, width * height * depth, at)
        urls.append(data_url(pixels.reshape((height, width) if depth == 1 else (height, width, depth))))
        at += pixels.size
    assert at == len(whole)
    joined = {key: "".join(head["chunks"][place] for place in places) for key, places in head["pieces"].items()}
    return {key: re.sub(r'src="~(\d+)"', lambda m: f'src="{urls[int(m[1])]}"', html) for key, html in joined.items()}


class Kept:
    """All bundles of an analysis."""

    def __init__(self, files: dict[str, bytes]) -> None:
        packed = {name: content for name, content in files.items() if name.endswith(".bin.gz")}
        bundles = {name: content for name, content in packed.items() if not name.startswith("analysis/model-")}
        self.bundles = {
            name.removeprefix("analysis/").removesuffix(".bin.gz"): unpacked(content)
            for name, content in bundles.items()
        }

    def keys(self, address: KeptAddress) -> dict[str, tuple[str, str]]:
        """Name of a piece -> its bundle, and its key there."""
        own = f"{address.data}-{address.model}"
        section = "shared" if address.show in kept_views.ALIKE else own
        places = {"choices": "shared", "finding": own, "sections": "shared", "gallery": own}
        found = {piece: (bundle, kept_views.key(piece, address)) for piece, bundle in places.items()}
        found["section"] = (section, kept_views.key(address.show, address))
        if address.picture is not None:
            found["picture"] = (f"{own}-opened", kept_views.key("picture", address))
        return found

    def parts(self, hash_part: str) -> dict[str, str]:
        """What an address shows; KeyError where that is not kept."""
        address = kept(hash_part)
        shown = {name: self.bundles[bundle][key] for name, (bundle, key) in self.keys(address).items()}
        return {"picture": ""} | {name: linked(html, address) for name, html in shown.items()}


def kept(hash_part: str) -> KeptAddress:
    """The address as one of the static page's."""
    return KeptAddress(**vars(parse(hash_part)))


def linked(html: str, address: KeptAddress) -> str:
    """The piece with whole addresses."""

    def whole(found: re.Match[str]) -> str:
        changes = dict(parse_qsl(found[1].replace("&amp;", "&"), keep_blank_values=True))
        if changes.get("page") == KEPT:
            changes["page"] = str(address.page)
        start = parse(replace(address, page=0, picture=None).href)
        told = dict(parse_qsl(start.href.partition("?")[2])) | changes
        href = parse("#analysis?" + "&".join(f"{name}={value}" for name, value in told.items() if value)).href
        return f'href="{href.replace("&", "&amp;")}"'

    return LINK.sub(whole, html)
