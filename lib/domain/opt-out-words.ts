/** What the page says to which the link under a mail leads. {address} stands for the address. */
export type OptOutWords = {
  language: string
  ask: string
  about: string
  button: string
  done: string
  over: string
  broken: string
  repair: string
}

const all: [OptOutWords, ...OptOutWords[]] = [
  {
    language: 'en',
    ask: 'No more mails about outages?',
    about: '{address} is told when its internet service is interrupted, and when it is back. You can end that here.',
    button: 'Send me no more',
    done: 'No more mails',
    over: '{address} gets no more mails about outages from us.',
    broken: 'This link is not whole',
    repair: 'Open it from the mail again, or copy all of it, to its last sign.',
  },
  {
    language: 'es',
    ask: '¿No recibir más correos sobre cortes?',
    about:
      '{address} recibe un aviso cuando su servicio de internet se interrumpe y cuando vuelve. Aquí puede terminarlo.',
    button: 'No enviarme más',
    done: 'No más correos',
    over: '{address} no recibirá más correos nuestros sobre cortes.',
    broken: 'Este enlace no está completo',
    repair: 'Ábralo de nuevo desde el correo, o cópielo entero, hasta el último signo.',
  },
  {
    language: 'fr',
    ask: 'Ne plus recevoir de messages sur les pannes ?',
    about:
      '{address} est averti quand son accès internet est interrompu, et quand il est rétabli. Vous pouvez y mettre fin ici.',
    button: 'Ne plus rien m’envoyer',
    done: 'Plus de messages',
    over: '{address} ne recevra plus de messages de notre part sur les pannes.',
    broken: 'Ce lien n’est pas entier',
    repair: 'Ouvrez-le à nouveau depuis le message, ou copiez-le en entier, jusqu’au dernier signe.',
  },
  {
    language: 'de',
    ask: 'Keine Nachrichten mehr über Störungen?',
    about:
      '{address} erfährt, wenn der Internetanschluss gestört ist und wenn er wieder läuft. Das können Sie hier beenden.',
    button: 'Nichts mehr senden',
    done: 'Keine Nachrichten mehr',
    over: '{address} bekommt von uns keine Nachrichten über Störungen mehr.',
    broken: 'Dieser Link ist nicht vollständig',
    repair: 'Öffnen Sie ihn noch einmal aus der Nachricht, oder kopieren Sie ihn ganz, bis zum letzten Zeichen.',
  },
]

/** The words in the first language of an Accept-Language header that there are words in, else in English. */
export function optOutWords(accepted: string | null): OptOutWords {
  const wanted = (accepted ?? '')
    .slice(0, 500)
    .split(',')
    .map((part) => {
      const [tag = '', ...rest] = part.split(';')
      const quality = /q=([\d.]+)/.exec(rest.join())?.[1]
      return {
        base: tag.trim().toLowerCase().split('-', 1)[0] ?? '',
        quality: quality === undefined ? 1 : Number(quality),
      }
    })
    .sort((a, b) => b.quality - a.quality)
  for (const { base } of wanted) {
    const found = all.find(({ language }) => language === base)
    if (found) return found
  }
  return all[0]
}
