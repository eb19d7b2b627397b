"""The command line's door: exit codes as the interface promises, and never a traceback for a wrong input."""

import errno
import os
import sys

REFUSED, USAGE, OUR_FAULT = 1, 64, 70
_REFUSALS = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EIO}


def main() -> None:
    """Run `wir`; 64 for a wrong call, 70 for a fault of ours (set WIR_DEBUG=1 to see where)."""
    from typer.exceptions import Abort, Exit, TyperException

    from expectations.errors import StatedError
    from flows.cli import app

    try:
        code = app(standalone_mode=False)
    except Exit as leave:
        code = leave.exit_code
    except (Abort, KeyboardInterrupt):
        code = 130
    except StatedError as error:
        _say(str(error))
        code = error.exit_code
    except TyperException as error:
        _say(f"{error.format_message()}\nUsage: wir --help, wir COMMAND --help".lstrip())
        code = USAGE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:
        if os.environ.get("WIR_DEBUG"):
            raise
        code = _answer_for(error)
    sys.exit(code or 0)


def _answer_for(error: Exception) -> int:
    """Say what went wrong; a disk or a permission that refuses a file is not a fault of ours."""
    if isinstance(error, OSError) and error.errno in _REFUSALS:
        where = f"{error.filename}: " if error.filename else ""
        _say(f"{where}{error.strerror}. Check the permissions of the data folder and the space on its disk.")
        return REFUSED
    _say(f"A fault of ours ({type(error).__name__}): {error}. Set WIR_DEBUG=1 to see where.")
    return OUR_FAULT


def _say(sentence: str) -> None:
    sys.stderr.write(sentence.rstrip() + "\n")


if __name__ == "__main__":
    main()
