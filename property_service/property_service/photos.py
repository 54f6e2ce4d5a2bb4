"""Pictures of residents and technicians: decoded, shrunk and written anew before anything is kept."""

from __future__ import annotations

import errno
import io
import warnings
from pathlib import Path
from typing import IO

import frappe
from frappe import _
from frappe.utils import get_files_path
from PIL import Image, ImageOps

from property_service.property_service.errors import InputRefused, NoRoom

MAX_BYTES = 10 * 1024 * 1024
# Read from the header, before a single pixel is decoded. The largest phone cameras take 50 megapixels.
MAX_PIXELS = 52_000_000
# Enough to read a meter plate; the platform decodes every JPEG once more, so each pixel costs twice.
LONGEST_SIDE = 1600
QUALITY = 85
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
FORMATS = ("JPEG", "MPO", "PNG", "WEBP", "GIF", "BMP", "HEIF", "AVIF")
# Brands of the ISO media container that phones write as .heic and .heif.
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


def sent_photo(field: str) -> bytes | None:
    """Content of the first picture the request brings as file `field`; None where there is none."""
    return next(iter(sent_photos(field)), None)


def sent_photos(field: str, most: int = 1) -> list[bytes]:
    """Contents of the first `most` pictures the request brings under this name; empty file inputs of a browser are none."""
    sent = [file for file in frappe.request.files.getlist(field) if file.filename] if frappe.request else []
    return [_content(file.stream) for file in sent[:most]]


def _content(stream: IO[bytes]) -> bytes:
    # From the start: an act that is tried again after a deadlock has read it before.
    stream.seek(0)
    # One more than is allowed, so that a larger one is refused by its size.
    return stream.read(MAX_BYTES + 1)


def store_photo(content: bytes, doctype: str, name: str, kind: str) -> str:
    """Keep a picture as a private attachment of a document; returns the name of the File.

    `content` is the file as it was sent; JPEG, PNG, WEBP, GIF and BMP are taken, HEIC where Pillow can read it. What is
    kept is a JPEG of at most 1600 pixels a side, upright, without position, camera or any other hidden data.
    `kind` ("report", "work", "consent" …) begins the file name; letters only. The caller has judged that the session's
    user may add a picture to the document. Raises InputRefused with a sentence for the person who sent it, NoRoom on a full disk.
    """
    if not kind.isalpha():
        raise ValueError("kind")
    picture = clean_picture(content)
    file = frappe.get_doc(
        {
            "doctype": "File",
            "file_name": f"{kind}-{frappe.generate_hash(length=12)}.jpg",
            "attached_to_doctype": doctype,
            "attached_to_name": name,
            "folder": "Home/Attachments",
            "is_private": 1,
            "content": picture,
        }
    )
    # Lets our own rules on File know that the content went through `clean_picture`; no client can set a flag.
    file.flags.property_service_photo = True
    # All it points at was there a moment ago, and the same picture sent twice is kept twice.
    file.flags.ignore_links = file.flags.ignore_duplicate_entry_error = file.flags.ignore_version = True
    # The platform would read the whole document for a comment; the timelines of our documents speak of photos.
    file.add_comment_in_reference_doc = lambda *_args: None
    try:
        # The right to the parent was judged by the caller; residents may not make File rows themselves.
        return file.insert(ignore_permissions=True).name
    except OSError as error:
        if error.errno not in FULL:
            raise
        # What was written of it is no picture; the platform takes away only files that are whole.
        Path(get_files_path(file.file_name, is_private=1)).unlink(missing_ok=True)
        frappe.throw(
            _("There is no room for photos at the moment. Please try again later, or send it without."), NoRoom
        )


def clean_picture(content: bytes) -> bytes:
    """Decode a picture and encode it anew as JPEG: upright, at most 1600 pixels a side, nothing hidden.

    Raises InputRefused where it is empty, too large, too many pixels or no picture that can be read.
    """
    if not content:
        _refuse(_("The photo is empty. Please take it again."))
    if len(content) > MAX_BYTES:
        _refuse(_("The photo is larger than {0} MB. Please send a smaller one.").format(MAX_BYTES // 1024 // 1024))
    try:
        with warnings.catch_warnings():
            # Pillow warns from 89 megapixels on; our own limit below is stricter and answers with a sentence.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=_formats())
    except Image.DecompressionBombError:
        _refuse_pixels()
    except Exception:
        _refuse_format(content)
    if picture.width * picture.height > MAX_PIXELS:
        _refuse_pixels()
    try:
        return _encode(picture)
    except Image.DecompressionBombError:
        _refuse_pixels()
    except Exception:
        # Decoders raise all kinds of errors on broken files; to the sender they are one and the same.
        _refuse_format(content)


def _encode(picture: Image.Image) -> bytes:
    picture.seek(0)
    # JPEG only: decodes at a fraction of the size, which saves most of the memory and time.
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    picture = ImageOps.exif_transpose(picture)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    # A new image carries no metadata over; transparent parts turn white.
    clean = Image.new("RGB", picture.size, "white")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        see_through = picture.convert("RGBA")
        clean.paste(see_through, mask=see_through.getchannel("A"))
    else:
        clean.paste(picture.convert("RGB"))
    target = io.BytesIO()
    clean.save(target, "JPEG", quality=QUALITY, optimize=True)
    return target.getvalue()


def _formats() -> tuple[str, ...]:
    Image.init()
    return tuple(name for name in FORMATS if name in Image.OPEN)


def _refuse_format(content: bytes) -> None:
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        _refuse(
            _(
                "This photo is in the HEIC format, which cannot be read here. Please set the camera to Most Compatible "
                "(JPEG), or send a screenshot of the photo."
            )
        )
    _refuse(_("This file is not a readable photo. Please send a JPEG or PNG picture."))


def _refuse_pixels() -> None:
    _refuse(_("The photo has more than {0} million pixels. Please send a smaller one.").format(MAX_PIXELS // 1_000_000))


def _refuse(sentence: str) -> None:
    frappe.throw(sentence, InputRefused)
