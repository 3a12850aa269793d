"""PostgreSQL refuses to run as root, so as root it gets a system account of its own."""

import grp
import os
import pwd
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config.errors import StartError

# The first that exists is taken; the last is made when none does.
ACCOUNT_NAMES = ("postgres", "pgserver")


class AccountError(StartError):
    """No account to run PostgreSQL under, or it cannot reach the files."""


def find_or_create() -> pwd.struct_passwd | None:
    """Return the account to run the server as; None when we are not root and run it ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ACCOUNT_NAMES:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    name = ACCOUNT_NAMES[-1]
    command = ["useradd", "--system", "--user-group", "--no-create-home"]
    try:
        subprocess.run([*command, name], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise AccountError(
            f"PostgreSQL cannot run as root and no account could be made for it ({error}); "
            "start Redress as an ordinary user, or set DATABASE_URL."
        ) from error
    return pwd.getpwnam(name)


def subprocess_options(account: pwd.struct_passwd | None) -> Mapping[str, Any]:
    """Return what subprocess needs to become that account."""
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def own(folder: Path, account: pwd.struct_passwd | None) -> None:
    """Give the folder to the account and shut out everybody else."""
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(0o700)


def open_way_to(target: Path, account: pwd.struct_passwd | None) -> None:
    """Let the account walk through the folders above the target (walk, not list)."""
    if account is None:
        return
    for folder in target.parents:
        mode = folder.stat().st_mode
        if not _may_enter(folder.stat(), account):
            folder.chmod(mode | stat.S_IXOTH)


def _may_enter(status: os.stat_result, account: pwd.struct_passwd) -> bool:
    if status.st_uid == account.pw_uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == account.pw_gid or account.pw_name in _members(status.st_gid):
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


def _members(group_id: int) -> list[str]:
    try:
        return grp.getgrgid(group_id).gr_mem
    except KeyError:
        return []
