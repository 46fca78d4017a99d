"""All kinds of events that may be written into the log of an incident, and how to read them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, TypeAdapter

from canmou.casebase import fact_events as facts
from canmou.casebase import work_events as work
from canmou.casebase.fact_events import Payload

AnyPayload = Annotated[
    facts.OpenIncident | facts.FactsChange | facts.Answered | facts.Corrected | facts.Settled
    | facts.Withdrawn | facts.Assessed | facts.PersonalKept | facts.PersonalDestroyed
    | work.CalledIn | work.CalledOut | work.CallAnswered | work.OrderReceived | work.OrderPassed
    | work.OrderReported | work.Ticked | work.Unticked | work.ReportSaved | work.ReportSigned
    | work.ReportSent | work.ReportReceipted | work.Noted | work.HandedOver | work.TakenOver
    | work.Merged | work.Joined | work.Linked | work.Transferred | work.TransferAccepted
    | work.Closed | work.Reopened,
    Field(discriminator="kind"),
]  # fmt: skip

payloads: TypeAdapter[Payload] = TypeAdapter(AnyPayload)
"""Reads the JSON of an event back into its record."""
