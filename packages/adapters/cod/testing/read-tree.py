# Reads a tree as the Python programs do, with none of our code: tarfile, sqlite3, zstandard, pydicom, ratarmountcore.
import base64, glob, gzip, json, os, sqlite3, sys, tarfile, io

import pydicom

root = sys.argv[1]
checked = 0
mounts = 0
for tar_path in sorted(glob.glob(os.path.join(root, "studies/*/series/*.tar"))):
    folder = tar_path[: -len(".tar")]
    with gzip.open(os.path.join(folder, "metadata.json")) as file:
        document = json.load(file)
    instances = document["cod"]["instances"]
    with open(tar_path, "rb") as file:
        tar = file.read()
    assert len(tar) % 10240 == 0
    index = sqlite3.connect(f"file:{os.path.join(folder, 'index.sqlite')}?mode=ro", uri=True)
    assert index.execute("pragma integrity_check").fetchall() == [("ok",)]
    stats = dict(index.execute("select key, value from metadata"))
    assert json.loads(stats["tarstats"])["st_size"] == len(tar)
    with tarfile.open(tar_path) as members:
        names = members.getnames()
        assert sorted(names) == sorted(f"instances/{key}.dcm" for key in instances), names
        for member in members:
            row = index.execute(
                "select offsetheader, offset, size, mtime from files where path = '/instances' and name = ?",
                (member.name.split("/")[1],),
            ).fetchone()
            assert row[1:] == (member.offset_data, member.size, member.mtime), row
    for key, record in instances.items():
        start, end = record["headers"]["start_byte"], record["headers"]["end_byte"]
        assert end - start == record["size"]
        assert tar[start + 128 : start + 132] == b"DICM"
        metadata = record["metadata"]
        if record["version"] == "2.0":
            import zstandard

            metadata = json.loads(zstandard.decompress(base64.b64decode(metadata)))
            assert record["has_pixeldata"] is True
        # The Python reader's own constructor asks for all of these.
        for field in ("uri", "crc32c", "original_path", "dependencies", "diff_hash_dupe_paths", "modified_datetime"):
            assert field in record, field
        assert record["offset_tables"] is not None
        file = pydicom.dcmread(io.BytesIO(tar[start:end]))
        assert file.SOPInstanceUID == key
        # COD's own form, an object, which pydicom does not take.
        bulk = {tag for tag, element in metadata.items() if "BulkDataURI" in element}
        assert bulk == {"7FE00010"} and set(metadata["7FE00010"]["BulkDataURI"]) == {"uri", "head"}
        recorded = pydicom.Dataset.from_json({tag: metadata[tag] for tag in metadata if tag not in bulk})
        for element in file:
            if element.tag != 0x7FE00010:
                assert recorded[element.tag].value == element.value, element.tag
        for element in file.file_meta:
            assert recorded[element.tag].value == element.value, element.tag
        checked += 1
    try:
        from ratarmountcore.mountsource.formats.tar import SQLiteIndexedTar
    except ImportError:
        continue
    path = os.path.join(folder, "index.sqlite")
    with open(path, "rb") as file:
        before = file.read()
    mounted = SQLiteIndexedTar(tar_path, indexFilePath=path)
    assert sorted(mounted.list("/instances")) == sorted(f"{key}.dcm" for key in instances)
    for key, record in instances.items():
        with mounted.open(mounted.lookup(f"/instances/{key}.dcm")) as file:
            assert file.read() == tar[record["headers"]["start_byte"] : record["headers"]["end_byte"]]
    mounted.close()
    # One that it does not take it makes anew.
    with open(path, "rb") as file:
        assert file.read() == before
    mounts += 1
print(checked, mounts)
