"""The one kind of error that people see."""


class StatedError(Exception):
    """An error whose message is a sentence for whoever started the program: what is wrong and what to do.

    Everything else that is raised is a fault of ours. Subclasses set the exit code of the command line.
    """

    exit_code = 1
