from peremena.school.models.activation import ActivationCode
from peremena.school.models.chats import Chat, Membership, Room, Seat
from peremena.school.models.connections import Account, Connection
from peremena.school.models.organizations import AcademicYear, Organization, OrganizationKey, Source
from peremena.school.models.people import Employment, Enrollment, Grant, Guardianship, Person, PersonKey
from peremena.school.models.teaching import Group, SchoolClass, Subject

__all__ = [
    "AcademicYear",
    "Account",
    "ActivationCode",
    "Chat",
    "Connection",
    "Employment",
    "Enrollment",
    "Grant",
    "Group",
    "Guardianship",
    "Membership",
    "Organization",
    "OrganizationKey",
    "Person",
    "PersonKey",
    "Room",
    "SchoolClass",
    "Seat",
    "Source",
    "Subject",
]
