"""What can go wrong with a ticket."""

from django.utils.translation import gettext_lazy as _

from common.errors import DomainError, NotAllowed


class TicketClosed(DomainError):
    """The ticket is no longer open for this."""

    code = "ticket_closed"
    message = _("%(reference)s is no longer open.")


class MoveNotAllowed(DomainError):
    """The workflow has no such step."""

    code = "move_not_allowed"
    message = _("%(reference)s cannot go from “%(old)s” to “%(new)s”.")


class ReplyNeededFirst(DomainError):
    """Waiting for a customer who has not heard from us."""

    code = "reply_needed_first"
    message = _("Write to the customer first: nobody has answered them yet.")


class EmptyText(DomainError):
    """Nothing was written."""

    code = "empty_text"
    status = 422
    message = _("Write something first.")


class ResolveIncomplete(DomainError):
    """Resolving lacks something; ``missing`` names it."""

    code = "resolve_incomplete"
    status = 422
    message = _("To resolve, also give: %(missing)s.")


class FinalReplyNotYours(NotAllowed):
    """From the third round on a supervisor has the last word."""

    code = "final_reply_not_yours"
    message = _("Round %(round)s: a supervisor resolves it, with the final reply.")


class FinalReplyNeeded(DomainError):
    """The last word must say where the customer may turn."""

    code = "final_reply_needed"
    status = 422
    message = _(
        "Round %(round)s ends with your final reply: name who outside the customer may turn to,"
        " such as 12315, the platform's dispute service or a court."
    )


class ReasonNeeded(DomainError):
    """This change must be explained."""

    code = "reason_needed"
    status = 422
    message = _("Say why: this change needs a reason.")


class TransferNoteNeeded(DomainError):
    """A ticket changes hands without a word."""

    code = "transfer_note_needed"
    status = 422
    message = _("Write a note for whoever takes over: what was done, and what is still to do.")


class OnlyUpwards(NotAllowed):
    """Agents may raise a priority, not lower it."""

    code = "only_upwards"
    message = _("You can raise the priority. Ask a senior agent to lower it.")


class FlagNotYours(NotAllowed):
    """Only senior agents and up take a risk flag off."""

    code = "flag_not_yours"
    message = _("A risk flag is taken off by a senior agent or above.")


class ApprovalNeeded(NotAllowed):
    """The amount is over the person's limit."""

    code = "approval_needed"
    message = _("Over your limit of ¥%(limit)s. Ask a senior agent or a team lead.")


class WithinLimit(DomainError):
    """An approval is asked for what the person may give anyway."""

    code = "within_limit"
    message = _("This is within your limit: resolve the ticket with it.")


class AlreadyAsked(DomainError):
    """Another request for the ticket is waiting."""

    code = "already_asked"
    message = _("%(name)s has asked for ¥%(amount)s already; that has to be decided first.")


class AlreadyDecided(DomainError):
    """The request is no longer waiting."""

    code = "already_decided"
    message = _("This request is no longer waiting: %(state)s.")


class OwnRequest(NotAllowed):
    """Nobody approves what they asked for."""

    code = "own_request"
    message = _("You asked for this yourself: somebody else has to decide.")


class UnknownCategory(DomainError):
    """The slug is not in the taxonomy."""

    code = "unknown_category"
    status = 422
    message = _("There is no category “%(category)s”.")


class WindowClosed(DomainError):
    """The customer wrote too long ago for the platform."""

    code = "window_closed"
    message = _(
        "%(platform)s takes no more replies: the customer wrote too long ago. Your text is kept;"
        " choose another way."
    )


class TextTooLong(DomainError):
    """Longer than the platform takes."""

    code = "text_too_long"
    status = 422
    message = _("The text is %(length)s long; %(platform)s takes %(longest)s. Please shorten it.")


class FilesNotTaken(DomainError):
    """No files on this channel."""

    code = "files_not_taken"
    status = 422
    message = _("Files cannot be sent by %(platform)s. Send the text without them.")


class NoOtherWay(DomainError):
    """Nothing else is known to reach the customer by."""

    code = "no_other_way"
    message = _("There is no other way to reach this customer.")


class UnknownMessageTemplate(DomainError):
    """Not one of the source's templates, or something is not filled in."""

    code = "unknown_message_template"
    status = 422
    message = _("Choose a message and fill in all that it needs.")


class NotTheSameCustomer(DomainError):
    """Tickets of different customers are never merged."""

    code = "not_the_same_customer"
    message = _("Only tickets of the same customer can be merged.")


class CannotUndoMerge(DomainError):
    """The merge is gone too far to take back."""

    code = "cannot_undo_merge"
    message = _("%(reference)s was changed since the merge; it cannot be taken back.")


class ChangedMeanwhile(DomainError):
    """A colleague was faster."""

    code = "changed_meanwhile"
    message = _("A colleague changed %(reference)s meanwhile. Look again, then decide.")


class CannotMove(DomainError):
    """Only what a customer wrote can go to another ticket."""

    code = "cannot_move"
    message = _("This message cannot be moved there.")


class CannotUndoMove(DomainError):
    """The message or its tickets have changed since."""

    code = "cannot_undo_move"
    message = _("This move cannot be taken back any more. Move the message again by hand.")


class AlreadyWorked(DomainError):
    """A ticket cannot be taken back: somebody worked on it, or it holds more than that."""

    code = "already_worked"
    message = _("%(reference)s has been worked on or holds other messages, so nothing was changed.")
