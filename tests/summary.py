#!/usr/bin/env python3
"""Prints a summary of a meson test run from its JUnit log: one line per skipped or failed test, then the counts.

usage: summary.py FOLDER...
       summary.py --failed FOLDER      only the names of the programs that failed

A folder has testlog.junit.xml and testlog.json. The programs of a later folder were run again: those results count, and a
program that failed before is named. A program that crashed or timed out has no results in the JUnit log. It counts as one
failure."""
import json
import pathlib
import sys
import xml.etree.ElementTree as xml

BAD = ('FAIL', 'TIMEOUT', 'ERROR', 'INTERRUPT')


def program_of(name):
    """'project:suite / program.Suite test' or 'program' is 'program'."""
    return name.split(' / ')[-1].split('.')[0].split(' ')[0]


class Program:
    def __init__(self, record):
        self.name = record['name']
        self.result = record['result']
        # What a program that is skipped as a whole prints.
        self.output = record.get('stdout', '')
        self.passed = 0
        self.failed = []
        self.skipped = []

    def add(self, name, case):
        if case.find('failure') is not None or case.find('error') is not None:
            self.failed.append(name)
        elif case.find('skipped') is not None or case.get('result') == 'skipped':
            reason = self.reason(case)
            self.skipped.append(name + (f' ({reason})' if reason else ''))
        else:
            self.passed += 1

    def reason(self, case):
        """Why a test is skipped: the last line of the test's own words, or '' if it says nothing."""
        element = case.find('skipped')
        words = (element.get('message') or '') if element is not None else ''
        if not words:
            said = [line for line in self.output.splitlines() if line.startswith('SKIPPED: ')]
            words = said[-1].removeprefix('SKIPPED: ') if said else ''
        return words.strip().splitlines()[-1] if words.strip() else ''

    def failures(self):
        return self.failed or ([f'{self.name} {self.result}'] if self.result in BAD else [])


def read(folder):
    """The programs of a run. Programs of two suites can have one name."""
    programs = {}
    for line in (folder / 'testlog.json').read_text().splitlines():
        record = json.loads(line)
        programs.setdefault(program_of(record['name']), []).append(Program(record))
    for suite in xml.parse(folder / 'testlog.junit.xml').getroot().iter('testsuite'):
        for case in suite.iter('testcase'):
            name = f"{suite.get('name')} {case.get('name')}"
            namesakes = programs[program_of(name)]
            # The name of a suite holds the whole name of its program.
            owner = [program for program in namesakes if program.name in name]
            (owner or namesakes)[0].add(name, case)
    return programs


if sys.argv[1] == '--failed':
    for name, namesakes in read(pathlib.Path(sys.argv[2])).items():
        if any(program.failures() for program in namesakes):
            print(name)
    sys.exit()
programs = {}
again = []
for folder in sys.argv[1:]:
    later = read(pathlib.Path(folder))
    for name in later.keys() & programs.keys():
        again += [failure for program in programs[name] for failure in program.failures()]
    programs.update(later)
every = [program for namesakes in programs.values() for program in namesakes]
failed = [failure for program in every for failure in program.failures()]
skipped = [reason for program in every for reason in program.skipped]
passed = sum(program.passed for program in every)
for name in failed:
    print('failed: ', name)
for name in skipped:
    print('skipped:', name)
for name in again:
    if name not in failed:
        print('again:  ', name, '(failed at first, passed alone)')
print(f'{passed} passed, {len(failed)} failed, {len(skipped)} skipped')
sys.exit(1 if failed or not passed else 0)
