"""
Speech through a telephone
==========================

A telephone transmits the frequencies from 300 to 3400 Hz. This example synthesises a sentence, filters
it to that band, and compares the waveforms and spectrograms.
"""

# %%
# Speech
# ------
#
# ``speak`` returns a :class:`~opsin.audio.Sound`: samples and their rate. As the last line of a cell it
# is shown as a player. (Speech needs ``pip install 'opsin[speech]'``.)

from matplotlib import pyplot as plt

import opsin
from opsin import audio

sentence = audio.speak("Hello! This is opsin, speaking to you from the other end of the line.")
sentence

# %%
# Band-pass filter
# ----------------
#
# A Butterworth band-pass of order 4 in each slope, run forward and backward, so there is no delay.

telephone = audio.bandpass(sentence, (300, 3400))
telephone

# %%
# What the filter removes
# -----------------------
#
# A second waveform on the same axes is drawn over the first. The noise of each "s", up to 10 kHz, is
# removed, and so is the fundamental of the voice below 300 Hz; the words remain intelligible.

fig, axes = plt.subplots(3, figsize=(9, 8), sharex=True, layout="constrained")
audio.waveform(sentence, label="as spoken", ax=axes[0])
audio.waveform(telephone, label="through the telephone", ax=axes[0])
axes[0].legend(loc="upper right", ncols=2)
audio.spectrogram(sentence, ax=axes[1])
axes[1].set_title("as spoken")
audio.spectrogram(telephone, ax=axes[2])
axes[2].set_title("through the telephone")
for ax in axes[:2]:
    ax.set_xlabel("")
fig.colorbar(axes[1].images[0], ax=axes[1:], label="power (dB)")

# %%
# Low-pass and high-pass filters
# ------------------------------
#
# The frequencies below 500 Hz, and those above 1000 Hz.

low = audio.lowpass(sentence, 500)
low

# %%

high = audio.highpass(sentence, 1000)
high

# %%
# Another rate
# ------------
#
# A telephone line has a rate of 8000 Hz, which is enough for frequencies below 4000 Hz.

line = audio.resample(audio.normalize(telephone, 0.9), 8000)
print(sentence, "becomes", line)

# %%
# With a slider
# -------------
#
# In a notebook, ``explore`` plays the result at each change of the slider. A script sets the value.

slider = opsin.explore(audio.highpass, sentence, cutoff=(100, 5000, 100))
slider.set(cutoff=2500)
slider.result

# %%
# Files
# -----
#
# MP3 needs no other program to write and read.

audio.write("muffled.mp3", low)
print(audio.read("muffled.mp3"))
