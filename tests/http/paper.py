"""What stands in a PDF, as poppler reads it."""

import subprocess


def text_of_pdf(content: bytes) -> str:
    """Its words line by line, each run of space as one blank."""
    told = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, check=True, capture_output=True)
    assert not told.stderr, told.stderr
    return " ".join(told.stdout.decode().split())


def metadata_of_pdf(content: bytes) -> str:
    return subprocess.run(["pdfinfo", "-"], input=content, check=True, capture_output=True).stdout.decode()
