# SPDX-License-Identifier: GPL-3.0-or-later
"""The source of the 24 custom resource definitions; see ../generate.py."""
