"""Tests of check_bom.py: python3 -m unittest, in this folder."""

import unittest

import check_bom

BOM = {"components": [{"group": "g", "name": "b", "version": "1.2"}, {"name": "c", "version": "3"}]}


def advisory(name, versions, **more):
    return {"id": "X", "affected": [{"package": {"name": name}, "versions": versions}]} | more


class CheckBomTest(unittest.TestCase):
    def test_an_advisory_counts_where_it_names_the_version(self):
        self.assertEqual(check_bom.known(BOM, [advisory("g:b", ["1.1", "1.2"], summary="bad")]), ["g:b 1.2: X bad"])
        self.assertEqual(check_bom.known(BOM, [advisory("g:b", ["1.1"])]), [])
        self.assertEqual(check_bom.known(BOM, [advisory("g:z", ["1.2"])]), [])
        self.assertEqual(check_bom.known(BOM, [advisory("g:b", ["1.2"], withdrawn="2026")]), [])


if __name__ == "__main__":
    unittest.main()
