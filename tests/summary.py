#!/usr/bin/env python3
"""Prints a summary of a meson test run from its JUnit log: one line per skipped or failed test, then the counts.

usage: summary.py testlog.junit.xml

A program that crashed or timed out has no results in the JUnit log. It counts as one failure."""
import json
import pathlib
import sys
import xml.etree.ElementTree as xml

log = pathlib.Path(sys.argv[1])


def program_of(name):
    """'project:suite / program' or 'program' is 'program'."""
    return name.split(' / ')[-1]


programs = [json.loads(line) for line in log.with_name('testlog.json').read_text().splitlines()]
# What a program that is skipped as a whole prints.
output = {program_of(program['name']): program.get('stdout', '') for program in programs}


def reason(case):
    """Why a test is skipped: the last line of the test's own words, or '' if it says nothing."""
    element = case.find('skipped')
    words = (element.get('message') or '') if element is not None else ''
    if not words:
        said = [line for line in output.get(program_of(case.get('name')), '').splitlines() if line.startswith('SKIPPED: ')]
        words = said[-1].removeprefix('SKIPPED: ') if said else ''
    return words.strip().splitlines()[-1] if words.strip() else ''


passed = failed = skipped = 0
counted = set()  # programs that are in the JUnit log as one failure
for suite in xml.parse(log).getroot().iter('testsuite'):
    for case in suite.iter('testcase'):
        name = f"{suite.get('name')} {case.get('name')}"
        if case.find('failure') is not None or case.find('error') is not None:
            failed += 1
            counted.add(program_of(case.get('name')))
            print('failed: ', name)
        elif case.find('skipped') is not None or case.get('result') == 'skipped':
            skipped += 1
            print('skipped:', name + (f' ({reason(case)})' if reason(case) else ''))
        else:
            passed += 1
for program in programs:
    if program_of(program['name']) in counted:
        continue
    if program['result'] in ('TIMEOUT', 'ERROR', 'INTERRUPT') or (program['result'] == 'FAIL' and not failed):
        failed += 1
        print('failed: ', program['name'], program['result'])
print(f'{passed} passed, {failed} failed, {skipped} skipped')
sys.exit(1 if failed or not passed else 0)
