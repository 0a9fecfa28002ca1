"""Records of delimited text, held against a slow reader that goes through them character by character."""

import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matchprep.read import events, read_people, records

HEADER = "h,i,j\n1,2,3\n"


class PlainReader:
    """What `quoting.py` and `records.py` promise, once more and plainly: three fields, commas."""

    def __init__(self, text):
        self.text, self.at, self.line = text, 0, 3
        self.good, self.unread, self.number = [(1, ("1", "2", "3"))], [], 1
        while self.at < len(text):
            self.step()

    def step(self):
        fields, end, regular, closed = record(self.text, self.at)
        whole = self.text[self.at : end]
        lines = whole.splitlines(keepends=True) if "\r" not in whole.replace("\r\n", "") else lines_of(whole)
        several = len(lines) > 1
        inner = [
            '"' not in line
            and line.count(",") == 2
            and sum(bool(cell.strip()) for cell in line.split(",")) > 1
            for line in lines[1:-1]
        ]
        if closed and not (several and (len(fields) != 3 or not regular or (inner and all(inner)))):
            return self.judge(lines, fields)
        found = next((at for at, line in enumerate(lines) if at and reads(line)), None)
        part = lines[:found] if found else lines
        if len(part) > 1 and (found or not closed):
            return self.set_aside(part)
        return self.judge(part, record("".join(part).rstrip("\r\n"), 0)[0] if closed and not found else None)

    def judge(self, lines, fields=None):
        text = "".join(lines).rstrip("\r\n")
        if not text.strip():
            return self.go_on(lines)
        if fields is None:
            fields, _, _, closed = record(text, 0)
            fields = fields if closed else []
        if len(fields) != 3 and '"' in text and "\n" not in text and text.count(",") == 2:
            fields = text.split(",")
        if len(fields) != 3:
            return self.set_aside(lines)
        self.number += 1
        self.good.append((self.number, tuple(fields)))
        return self.go_on(lines)

    def set_aside(self, lines):
        self.number += 1
        self.unread.append((self.number, self.line, "".join(lines).rstrip("\r\n")))
        self.go_on(lines)

    def go_on(self, lines):
        self.line += len(lines)
        self.at += len("".join(lines))


def lines_of(text):
    parts = text.split("\n")
    return [part + "\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def reads(line):
    fields, end, _, closed = record(line.rstrip("\r\n"), 0)
    return closed and len(fields) == 3 and end == len(line.rstrip("\r\n"))


def boundary(text, at):
    """Whether a field may end at a place, spaces passed over, and where it ends."""
    spaces = at
    while spaces < len(text) and text[spaces] == " " and spaces - at < 8:
        spaces += 1
    ends = spaces == len(text) or text[spaces] in ",\n" or text.startswith("\r\n", spaces)
    return ends, spaces


def record(text, at):
    fields, regular = [], True
    while True:
        value, at, good, closed = field(text, at)
        regular &= good
        if not closed:
            return fields, len(text), regular, False
        fields.append(value)
        if at < len(text) and text[at] == ",":
            at += 1
            continue
        for end in ("\r\n", "\n"):
            if text.startswith(end, at):
                return fields, at + len(end), regular, True
        return fields, at, regular, True


def run(text, at):
    size = 0
    while at + size < len(text) and text[at + size] == '"':
        size += 1
    return size


def field(text, start):
    at = start
    while at < len(text) and text[at] == " " and at - start < 8:
        at += 1
    size = run(text, at)
    ends, end = boundary(text, at + size)
    if size % 2:
        return quoted(text, at + size, '"' * (size // 2), at == start)
    if size and ends:
        return '"' * (size // 2 - 1), end, at == start and end == at + size, True
    stop = start
    while stop < len(text) and text[stop] not in ",\n" and not text.startswith("\r\n", stop):
        stop += 1
    return text[start:stop], stop, '"' not in text[start:stop], True


def quoted(text, at, value, regular):
    while at < len(text):
        size = run(text, at)
        if not size:
            value += text[at]
            at += 1
            continue
        ends, end = boundary(text, at + size)
        if size % 2 and ends:
            return value + '"' * (size // 2), end, regular and end == at + size, True
        value += '"' * ((size + 1) // 2)
        regular &= size % 2 == 0
        at += size
    return value, at, regular, False


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("records") / "list.csv"


def read(path, text):
    path.write_bytes((HEADER + text).encode())
    people = read_people(path, delimiter=",")
    rows = [
        (number, tuple(value or "" for value in values)) for number, *values in people.frame.collect().rows()
    ]
    return people, rows, [(number, line, text) for number, line, _, text in people.unread.rows()]


pieces = st.sampled_from(
    ["a", "b", ",", ",", '"', '"', '""', "\n", "\n", "\r\n", " ", "x,y", '"c"', ',"', '",', "é", "4,5,6\n"]
)


@settings(max_examples=600, deadline=None)
@given(text=st.lists(pieces, max_size=30).map("".join))
@example('a,"b\n4,5,6\n7,8,9\n')
@example('a,"b" c,d\n')
@example('a,"b\nc\n')
@example('"" ,""x,"""\n')
@example('a, "b, c" ,d\n')
@example('1,"a,b\n4,5,6\n4,5,6\nc",d\n')
def test_every_record_is_read_as_the_plain_reader_reads_it(path, text):
    plain = PlainReader(text)

    people, rows, unread = read(path, text)

    assert rows == plain.good
    assert unread == plain.unread
    assert people.facts.rows == len(rows) + len(unread)


@settings(max_examples=100, deadline=None)
@given(text=st.lists(pieces, max_size=60).map("".join))
def test_the_width_of_the_window_does_not_matter(path, text):
    expected = read(path, text)[1:]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "WINDOW", 16)
        patch.setattr(records, "SHORT_WINDOW", 8)

        assert read(path, text)[1:] == expected


cells = st.text(st.sampled_from('ab ",\n\ré'), max_size=5).map(lambda cell: cell.replace("\r", "\r\n"))


@settings(max_examples=200, deadline=None)
@given(table=st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=8))
def test_what_a_csv_writer_writes_is_read_back(path, table):
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(table)

    _, rows, unread = read(path, text.getvalue())

    assert [values for _, values in rows[1:]] == table
    assert not unread


@settings(max_examples=300, deadline=None)
@given(text=st.text(st.sampled_from('a, "\n'), max_size=40))
def test_the_fast_way_and_the_general_way_find_the_same(text):
    window = events.np.frombuffer((text + "\n").encode(), dtype=events.np.uint8)

    fast = events.find_records(window, ord(","), quotes=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(events, "_inside_plainly", lambda *_: None)
        general = events.find_records(window, ord(","), quotes=True)

    for name in ("ends", "fields", "lines", "swallowed", "irregular"):
        assert getattr(fast, name).tolist() == getattr(general, name).tolist(), name
