"""What every script here needs: where the simulators are, and a file to upload.

A script is started as `python NAME.py ADDRESSES`, ADDRESSES being the line of JSON that `hub-sim` prints. It ends with
status 0 when the client understood everything, and else with the client's own error.
"""

import json
import os
import pathlib
import sys
import tempfile

# Accepted by every simulator whose platform has keys for accounts.
KEY = "sk-test-0000-accepted"
QUESTION = "How do I read a report?"
FILE_TEXT = "quarter,revenue\nQ1,12\n"

# The simulators are on this computer, whatever proxy it has.
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"


def address(platform):
    """The base URL of a platform, as a connection has it."""
    return json.loads(sys.argv[1])[platform]


def file(name="report.csv"):
    """A small file of that name."""
    path = pathlib.Path(tempfile.mkdtemp()) / name
    path.write_text(FILE_TEXT)
    return path


def check(condition, what):
    """Ends the script when something is not as it has to be; `assert` can be switched off."""
    if not condition:
        sys.exit(f"wrong: {what}")


def refused(call, kinds):
    """Calls what has to be refused with one of these exceptions, and gives the exception."""
    try:
        call()
    except kinds as error:
        return error
    raise RuntimeError("it was not refused")
