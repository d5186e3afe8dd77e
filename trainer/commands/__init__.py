"""The commands of the command line, one thin function a file: parse, build, call."""
