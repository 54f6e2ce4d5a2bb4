from property_service.fees.recorded_document import RecordedDocument


class PatrolRecord(RecordedDocument):
    """A point of a round as it was recorded, or missed; nobody writes it by hand."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.patrol.doctype.patrol_answer.patrol_answer import PatrolAnswer

        accuracy: DF.Float
        answers: DF.Table[PatrolAnswer]
        by_code: DF.Literal["", "Scanned", "Typed"]
        checkpoint: DF.Link
        client_key: DF.Data | None
        clock_off: DF.Int
        community: DF.Link
        device_time: DF.Datetime | None
        finding: DF.Link | None
        is_abnormal: DF.Check
        is_too_fast: DF.Check
        latitude: DF.Float
        longitude: DF.Float
        note: DF.SmallText | None
        patroller: DF.Link | None
        photo: DF.AttachImage | None
        point_key: DF.Data | None
        point_no: DF.Int
        received_at: DF.Datetime | None
        recorded_at: DF.Datetime | None
        result: DF.Literal["Early", "On Time", "Late", "Missed"]
        task: DF.Link
        title: DF.Data | None
    # end: auto-generated types

    community_from = ("task",)
