"""The homes of Alder Yard and its secretary, as the tests of homes have them."""

from ..homes.conftest import actor as actor, n101 as n101, north as north, otto as otto, person as person
from ..regpages.conftest import bens as bens, house_ as house_, sue as sue, tom as tom
from ..regpages.test_desk import desk as desk
