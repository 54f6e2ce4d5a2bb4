from property_service.property_service.errors import InputRefused
from property_service.tests.factories import insert, unique
from property_service.tests.utils import PropertyServiceTestCase


def community(**values):
    code = unique("T")[:8]
    return insert(
        "Community", **{"community_code": code, "community_name": code, "time_zone": "Asia/Shanghai", **values}
    )


class TestCommunity(PropertyServiceTestCase):
    def test_code_is_written_in_capitals_and_names_it(self):
        code = unique("T")[:8]
        doc = community(community_code=f" {code.lower()} ")
        self.assertEqual((doc.name, doc.community_code), (code, code))

    def test_bad_codes_and_zones_are_refused(self):
        for values in ({"community_code": "L"}, {"community_code": "绿湖"}, {"time_zone": "Asia/Nowhere"}):
            with self.subTest(values), self.assertRaises(InputRefused):
                community(**values)
