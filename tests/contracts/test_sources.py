"""What every catalog source keeps to; a new file in catalog_ingest/sources is picked up here by itself.

It needs a sample in tests/samples/feeds, named after it: a file `<name>.*` or a folder `<name>`.
"""

from collections.abc import Iterator
from pathlib import Path
from types import GeneratorType

import pytest

from catalog_ingest import sources
from catalog_ingest.check import Rejected, document, product
from catalog_ingest.files import CUT
from catalog_ingest.options import Options
from catalog_ingest.sources import Row, Source, Unreadable, source_of
from tresen.kit import plugins
from tresen.kit.errors import TresenError

SAMPLES = Path(__file__).parents[1] / "samples" / "feeds"
SOURCES = plugins.discover(sources, Source)
GARBAGE = (b"", b"\x00" * 50, b"\xff\xfe\x00\xd8", b"{" * 3000, b'"' * 999, b",;\t\n" * 99, "größe\r".encode() * 50)


@pytest.fixture(params=list(SOURCES.values()), ids=list(SOURCES))
def source(request: pytest.FixtureRequest) -> Source:
    found = request.param
    assert isinstance(found, Source)
    return found


def sample(source: Source) -> Path:
    found = sorted(SAMPLES.glob(f"{source.name}.*")) or [SAMPLES / source.name]
    return found[0]


def test_every_module_defines_a_source_named_like_its_file() -> None:
    assert {module.__name__.rpartition(".")[2] for module in plugins.modules(sources)} == set(SOURCES)


def test_no_two_sources_read_the_same_suffix() -> None:
    told = [suffix for source in SOURCES.values() for suffix in source.suffixes]
    assert len(told) == len(set(told))
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in told)


def test_the_sample_is_read_by_this_source_and_every_row_may_be_saved(source: Source) -> None:
    path = sample(source)
    assert source_of(path) is source
    rows = list(source.read(path, Options()))
    assert len(rows) >= 2
    check = {"product": product, "document": document}[source.yields]
    for row in rows:
        assert isinstance(row, Row), row
        assert row.line >= 1
        check(row.data, Options())


def test_reading_is_lazy(source: Source) -> None:
    assert isinstance(source.read(sample(source), Options()), GeneratorType)


def test_reading_twice_gives_the_same(source: Source) -> None:
    path = sample(source)
    assert list(source.read(path, Options())) == list(source.read(path, Options()))


def files_of_garbage(source: Source, folder: Path) -> Iterator[Path]:
    for suffix in source.suffixes:
        if suffix.endswith(".gz"):
            continue
        for number, content in enumerate(GARBAGE):
            path = folder / f"{number}{suffix}"
            path.write_bytes(content)
            yield path


def test_garbage_is_told_and_never_raised(source: Source, tmp_path: Path) -> None:
    check = {"product": product, "document": document}[source.yields]
    for path in files_of_garbage(source, tmp_path):
        try:
            for row in source.read(path, Options()):
                if isinstance(row, Unreadable):
                    assert row.reason
                    continue
                with pytest.raises(Rejected):
                    check(row.data | {"title": ""}, Options())
        except TresenError as error:
            assert error.hint, path


def test_a_broken_off_gz_raises_what_the_pipeline_expects(source: Source, tmp_path: Path) -> None:
    packed = [suffix for suffix in source.suffixes if suffix.endswith(".gz")]
    for suffix in packed:
        path = tmp_path / f"x{suffix}"
        path.write_bytes(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03")
        with pytest.raises((*CUT, StopIteration)):
            next(iter(source.read(path, Options())))
