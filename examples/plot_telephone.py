"""
Speech through a telephone
==========================

A telephone carries the frequencies from 300 to 3400 Hz. That is enough to understand every word,
and to hear at once that it is a telephone. Here a sentence is spoken, filtered to that band, and
looked at before and after.
"""

# %%
# Say something
# -------------
#
# ``speak`` gives a :class:`~opsin.audio.Sound`: samples and their rate, as one value. As the last
# line of a cell it shows a player. (Speech needs ``pip install 'opsin[speech]'``.)

from matplotlib import pyplot as plt

from opsin import audio

sentence = audio.speak("Hello! This is opsin, speaking to you from the other end of the line.")
sentence

# %%
# Through the telephone
# ---------------------
#
# A band-pass of order 4 in each slope, run forwards and backwards, so that nothing is delayed.

telephone = audio.bandpass(sentence, (300, 3400))
telephone

# %%
# What the filter takes away
# --------------------------
#
# A second waveform on the same axes lies over the first. The hiss of each "s" reaches up to 10 kHz
# and is gone, as is the fundamental of the voice below 300 Hz, and yet no word is lost.

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
# The old exercises
# -----------------
#
# Low notes only, and high notes only: each is understood in its own way.

low = audio.lowpass(sentence, 500)
low

# %%

high = audio.highpass(sentence, 1000)
high

# %%
# A file of it
# ------------
#
# The ending of the name chooses the format. At the 8000 Hz of a telephone line the file is small,
# and nothing in the band is lost.

line = audio.resample(audio.normalize(telephone, 0.9), 8000)
print(sentence, "becomes", line)
