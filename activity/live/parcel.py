"""What travels to the hubs: a frame that is already JSON, and a header that says for whom it is."""

from dataclasses import dataclass

SAY, RECHECK, HERE = "say", "recheck", "here"
_NONE = "-"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One thing for all sockets of some groups.

    `key` names the object whose newest state the frame is: an older frame with the same key may be dropped for it.
    `seq` counts within `cooperative`; both are 0 for what is no record.
    """

    act: str
    groups: tuple[str, ...]
    frame: str = ""
    key: str = ""
    cooperative: int = 0
    seq: int = 0

    def pack(self) -> bytes:
        """One header line, then the frame: whoever passes it on parses no JSON."""
        header = (self.act, str(self.cooperative), str(self.seq), self.key or _NONE, ",".join(self.groups))
        return f"{' '.join(header)}\n{self.frame}".encode()

    @classmethod
    def unpack(cls, data: bytes) -> "Parcel":
        """The opposite of `pack`. Raises ValueError for anything else."""
        header, _, frame = data.decode().partition("\n")
        act, cooperative, seq, key, groups = header.split(" ")
        return cls(act, tuple(groups.split(",")), frame, "" if key == _NONE else key, int(cooperative), int(seq))
