"""zbar, a QR reader that is not ours, reads our codes back: PNG, SVG and what a terminal shows.

Codes of segno, a QR library that is not ours either, go the same way first: a reader that reads
nothing would prove nothing. Whatever does not hold ends the program with exit code 1.
"""

import argparse
import io
import subprocess
import sys

import segno
from PIL import Image
from pyzbar.pyzbar import ZBarSymbol, decode

PIXELS = 6


def main():
    options = read_options()
    drawing, text = split(open(options.shown, encoding="utf-8").read())
    expect("segno", segno_image(text), text)
    expect("terminal", drawn_image(drawing), text)
    if options.png:
        compare("PNG", Image.open(options.png), text, options.contains)
    if options.svg:
        compare("SVG", rendered(options.svg), text, options.contains)


def read_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shown", required=True, help="what the tool printed: drawing and text")
    parser.add_argument("--png", help="an image")
    parser.add_argument("--svg", help="a drawing")
    parser.add_argument("--contains", help="what the images say, where they need not be the same")
    return parser.parse_args()


def compare(name, image, text, contained):
    if contained is None:
        return expect(name, image, text)
    found = read(name, image)
    if contained not in found:
        sys.exit(f"{name} says {found!r}, without {contained!r}")
    print(f"{name} is read")


def expect(name, image, text):
    found = read(name, image)
    if found != text:
        sys.exit(f"{name} says {found!r} and not {text!r}")
    print(f"{name} is read")


def read(name, image):
    found = decode(image.convert("L"), symbols=[ZBarSymbol.QRCODE])
    if len(found) != 1:
        sys.exit(f"{name} has {len(found)} codes")
    return found[0].data.decode("utf-8")


def split(shown):
    """The lines of the drawing, and the text below them."""
    lines = shown.rstrip("\n").split("\n")
    return lines[:-1], lines[-1]


def segno_image(text):
    buffer = io.BytesIO()
    segno.make(text, error="m", micro=False).save(buffer, kind="png", scale=PIXELS)
    return Image.open(buffer)


def drawn_image(lines):
    """Half blocks as a terminal draws them: light on dark."""
    width = max(len(line) for line in lines)
    image = Image.new("L", (width, 2 * len(lines)), 0)
    for row, line in enumerate(lines):
        for column, character in enumerate(line):
            if character in "█▀":
                image.putpixel((column, 2 * row), 255)
            if character in "█▄":
                image.putpixel((column, 2 * row + 1), 255)
    return image.resize((width * PIXELS, 2 * len(lines) * PIXELS), Image.Resampling.NEAREST)


def rendered(path):
    png = subprocess.run(["rsvg-convert", path], check=True, capture_output=True).stdout
    return Image.open(io.BytesIO(png))


main()
