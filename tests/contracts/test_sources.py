"""What every catalog source keeps to; a new file in catalog_ingest/sources is picked up here by itself.

It needs a sample in tests/samples/feeds, named after it: a file `<name>.*` or a folder `<name>`; more dialects are in
files `<name>_<dialect>.*`. One that needs a `--map` has it beside it, in a TOML file of the same name.
"""

from collections.abc import Iterator
from pathlib import Path
from types import GeneratorType

import pytest

from catalog_ingest import sources
from catalog_ingest.check import Rejected, document, product
from catalog_ingest.files import CUT
from catalog_ingest.options import Options, read_mapping
from catalog_ingest.sources import LeftOut, Row, Source, Unreadable, sources_of
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


def samples(source: Source) -> list[Path]:
    found = sorted(path for path in SAMPLES.iterdir() if path.stem in SOURCES and path.stem == source.name)
    dialects = (path for path in sorted(SAMPLES.glob(f"{source.name}_*")) if path.stem not in SOURCES)
    assert found, f"put a sample for {source.name} into tests/samples/feeds"
    return [*found, *(path for path in dialects if path.suffix != ".toml")]


def options_for(path: Path) -> Options:
    told = path.with_suffix(".toml")
    return Options(mapping=read_mapping(str(told) if told.is_file() else ""))


def test_every_module_defines_a_source_named_like_its_file() -> None:
    assert {module.__name__.rpartition(".")[2] for module in plugins.modules(sources)} == set(SOURCES)


def test_sources_that_share_a_suffix_tell_their_files_apart() -> None:
    for suffix in {suffix for source in SOURCES.values() for suffix in source.suffixes}:
        assert suffix.startswith(".") and suffix == suffix.lower()
        takers = [source for source in SOURCES.values() if suffix in source.suffixes]
        assert len([source for source in takers if source.recognises is None]) <= 1


def test_every_sample_is_recognised_by_its_own_source_alone(source: Source) -> None:
    for path in samples(source):
        able = [each for each in SOURCES.values() if each.recognises and (path.is_dir() or each.may_read(path))]
        claimed = [each.name for each in able if each.recognises and each.recognises(path)]
        assert claimed in ([source.name], [])
        assert sources_of(path, options_for(path)) == [source]


def test_a_format_can_be_forced(source: Source) -> None:
    for path in samples(source):
        assert sources_of(path, Options(format=source.name)) == [source]


def test_every_row_of_the_samples_may_be_saved(source: Source) -> None:
    check = {"product": product, "document": document}[source.yields]
    for path in samples(source):
        rows = [row for row in source.read(path, options_for(path)) if not isinstance(row, LeftOut)]
        assert len(rows) >= 2
        for row in rows:
            assert isinstance(row, Row), row
            assert row.line >= 1
            check(row.data, Options())


def test_places_are_told_apart(source: Source) -> None:
    """The pipeline saves by place, so two rows at one place would save each other."""
    for path in samples(source):
        places = [(row.file, row.line) for row in source.read(path, options_for(path))]
        assert len(places) == len(set(places))


def test_reading_is_lazy(source: Source) -> None:
    assert isinstance(source.read(samples(source)[0], Options()), GeneratorType)


def test_reading_twice_gives_the_same(source: Source) -> None:
    for path in samples(source):
        options = options_for(path)
        assert list(source.read(path, options)) == list(source.read(path, options))


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
                if isinstance(row, Unreadable | LeftOut):
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
