"""The numbers that the tables were made from; they are not part of the workbench."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.runs.collect import sources_folder


def source(*parts: str) -> Path:
    """Return a file or folder of the sources, or skip the test and say what is missing.

    Whoever adds a table of their own has only its folder there.
    """
    folder = sources_folder()
    if folder is None:
        pytest.skip("the sources are not on this machine; set WORKBENCH_SOURCES to their folder")
    path = folder.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"there is no {'/'.join(parts)} among the sources here")
    return path
