#!/usr/bin/env python3
"""Prints a summary of a meson test run from its JUnit log: one line per skipped or failed test, then the counts.

usage: summary.py testlog.junit.xml

A program that crashed or timed out has no results in the JUnit log. It counts as one failure."""
import json
import pathlib
import sys
import xml.etree.ElementTree as xml

passed = failed = skipped = 0
for suite in xml.parse(sys.argv[1]).getroot().iter('testsuite'):
    for case in suite.iter('testcase'):
        name = f"{suite.get('name')} {case.get('name')}"
        if case.find('failure') is not None or case.find('error') is not None:
            failed += 1
            print('failed: ', name)
        elif case.find('skipped') is not None or case.get('result') == 'skipped':
            skipped += 1
            print('skipped:', name)
        else:
            passed += 1
for line in pathlib.Path(sys.argv[1]).with_name('testlog.json').read_text().splitlines():
    program = json.loads(line)
    if program['result'] in ('TIMEOUT', 'ERROR', 'INTERRUPT') or (program['result'] == 'FAIL' and not failed):
        failed += 1
        print('failed: ', program['name'], program['result'])
print(f'{passed} passed, {failed} failed, {skipped} skipped')
sys.exit(1 if failed or not passed else 0)
