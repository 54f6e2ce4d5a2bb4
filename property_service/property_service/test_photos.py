"""Pictures that come in from outside."""

from __future__ import annotations

import io
import struct
import zlib

import frappe
from PIL import Image

from property_service.property_service import photos
from property_service.property_service.errors import InputRefused
from property_service.tests.factories import make_repair, make_resident, make_unit
from property_service.tests.utils import PropertyServiceTestCase


def picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480), mode: str = "RGB", **options: object) -> bytes:
    """A picture whose left half is red and right half blue."""
    image = Image.new(mode, size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes whose header promises very many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 999)) + chunk(b"IEND", b"")
    )


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


class TestCleanPicture(PropertyServiceTestCase):
    def test_every_common_format_becomes_a_jpeg(self) -> None:
        for kind in ("JPEG", "PNG", "WEBP", "GIF", "BMP"):
            with self.subTest(kind):
                result = opened(photos.clean_picture(picture(kind)))
                self.assertEqual((result.format, result.size, result.mode), ("JPEG", (640, 480), "RGB"))

    def test_the_longest_side_is_limited(self) -> None:
        self.assertEqual(opened(photos.clean_picture(picture(size=(6000, 3000)))).size, (1600, 800))
        self.assertEqual(opened(photos.clean_picture(picture(size=(300, 5000)))).size, (96, 1600))

    def test_hidden_data_is_gone_and_the_picture_stands_upright(self) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6  # the camera was turned: show rotated by 90 degrees
        exif[0x010F] = "Secret Camera"
        exif.get_ifd(0x8825)[2] = (31.0, 14.0, 5.0)
        content = picture(size=(640, 480), exif=exif, comment=b"secret remark")
        self.assertIn(b"Secret Camera", content)
        cleaned = photos.clean_picture(content)
        result = opened(cleaned)
        self.assertEqual(result.size, (480, 640))
        # Turned clockwise, the left half is the upper one.
        self.assertGreater(result.getpixel((240, 20))[0], 200)
        self.assertGreater(result.getpixel((240, 620))[2], 200)
        self.assertEqual(dict(result.getexif()), {})
        self.assertNotIn("icc_profile", result.info)
        for secret in (b"Secret", b"secret", b"Exif", b"http://ns.adobe.com"):
            self.assertNotIn(secret, cleaned)

    def test_transparent_parts_turn_white(self) -> None:
        target = io.BytesIO()
        Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(target, "PNG")
        self.assertEqual(opened(photos.clean_picture(target.getvalue())).getpixel((5, 5)), (255, 255, 255))

    def test_what_is_no_picture_is_refused_with_a_sentence(self) -> None:
        svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
        for content in (b"", b"hello", b"%PDF-1.7 ...", b"<html>", svg, b"GIF89a", b"\x89PNG\r\n\x1a\n" + b"\0" * 40):
            with self.subTest(content):
                with self.assertRaises(InputRefused) as caught:
                    photos.clean_picture(content)
                self.assertIn("Please", str(caught.exception))

    def test_heic_is_refused_with_the_way_out(self) -> None:
        if "HEIF" in photos._formats():
            self.skipTest("this Pillow reads HEIC")
        with self.assertRaisesRegex(InputRefused, "Most Compatible"):
            photos.clean_picture(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 100)

    def test_a_decompression_bomb_is_refused_by_its_header(self) -> None:
        for size in ((30_000, 30_000), (60_000, 60_000), (8_000, 6_501)):
            with self.subTest(size):
                with self.assertRaisesRegex(InputRefused, "million pixels"):
                    photos.clean_picture(bomb(*size))

    def test_a_file_that_is_too_large_is_refused(self) -> None:
        with self.assertRaisesRegex(InputRefused, "10 MB"):
            photos.clean_picture(picture() + b"\0" * photos.MAX_BYTES)


class TestStorePhoto(PropertyServiceTestCase):
    def test_it_is_a_private_attachment_of_its_document(self) -> None:
        unit = make_unit()
        repair = make_repair(unit, make_resident(unit))
        name = photos.store_photo(picture("PNG"), "Repair Request", repair.name, "report")
        file = frappe.get_doc("File", name)
        self.assertEqual((file.attached_to_doctype, file.attached_to_name), ("Repair Request", repair.name))
        self.assertEqual(file.is_private, 1)
        self.assertTrue(file.file_url.startswith("/private/files/report-"))
        self.assertEqual(opened(file.get_content()).format, "JPEG")
        file.delete()

    def test_a_refused_picture_leaves_nothing(self) -> None:
        before = frappe.db.count("File")
        with self.assertRaises(InputRefused):
            photos.store_photo(b"no picture", "Repair Request", "RR-0", "report")
        self.assertEqual(frappe.db.count("File"), before)
