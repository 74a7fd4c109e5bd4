"""Reads all files of a folder with pydicom, every element at every level; a line for each that is sound."""

import pathlib
import sys
import warnings

import pydicom

warnings.simplefilter("error")
# Debian's pydicom is older than the table.
warnings.filterwarnings("ignore", message="Unknown DICOM tag")

for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    data = pydicom.dcmread(path)
    for element in data.iterall():
        assert element.value is not None or element.VM == 0, element.tag
    meta = data.file_meta
    assert meta.MediaStorageSOPClassUID == data.SOPClassUID
    assert meta.MediaStorageSOPInstanceUID == data.SOPInstanceUID
    assert meta.MediaStorageSOPInstanceUID.is_valid
    assert "SourceApplicationEntityTitle" not in meta
    codes = ",".join(item.CodeValue for item in data.DeidentificationMethodCodeSequence)
    print(path.name, data.PatientIdentityRemoved, codes, data.LongitudinalTemporalInformationModified)
