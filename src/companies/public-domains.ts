const words = (text: string) => new Set(text.trim().split(/\s+/));

/** Mail services where anybody gets an address. The commonest ones: a proof by DNS is what really protects a domain. */
export const PUBLIC_MAIL_DOMAINS: ReadonlySet<string> = words(`
  gmail.com googlemail.com outlook.com outlook.fr hotmail.com hotmail.co.uk hotmail.fr hotmail.de hotmail.it hotmail.es
  live.com live.co.uk live.fr msn.com windowslive.com passport.com onmicrosoft.com
  yahoo.com yahoo.co.uk yahoo.co.in yahoo.ca yahoo.fr yahoo.de yahoo.it yahoo.es yahoo.com.au yahoo.com.mx yahoo.com.br
  yahoo.co.jp ymail.com rocketmail.com aol.com aim.com icloud.com me.com mac.com
  proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tuta.io tuta.com hushmail.com hey.com
  fastmail.com fastmail.fm mailfence.com runbox.com zoho.com zohomail.com mail.com email.com usa.com gmx.com gmx.de
  gmx.net gmx.at gmx.ch gmx.fr web.de freenet.de t-online.de posteo.de mailbox.org
  orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bbox.fr numericable.fr
  btinternet.com sky.com virginmedia.com ntlworld.com talktalk.net blueyonder.co.uk
  comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net optonline.net
  shaw.ca rogers.com bell.net sympatico.ca telus.net videotron.ca
  bigpond.com bigpond.net.au optusnet.com.au iinet.net.au xtra.co.nz
  libero.it virgilio.it tiscali.it alice.it tin.it telefonica.net terra.es uol.com.br bol.com.br terra.com.br
  mail.ru bk.ru inbox.ru list.ru yandex.ru yandex.com ya.ru rambler.ru ukr.net seznam.cz wp.pl o2.pl onet.pl interia.pl
  qq.com 163.com 126.com sina.com sohu.com foxmail.com naver.com daum.net hanmail.net nate.com rediffmail.com
  mailinator.com guerrillamail.com yopmail.com 10minutemail.com temp-mail.org trashmail.com sharklasers.com
  eircom.net singnet.com.sg netvigator.com prodigy.net.mx skynet.be telenet.be ziggo.nl kpnmail.nl home.nl bluewin.ch
`);

/** Suffixes of more than one label under which the public registers names; single labels are refused anyway. */
export const PUBLIC_SUFFIXES: ReadonlySet<string> = words(`
  co.uk org.uk me.uk ltd.uk plc.uk net.uk sch.uk ac.uk gov.uk nhs.uk police.uk
  com.au net.au org.au edu.au gov.au id.au asn.au co.nz net.nz org.nz govt.nz ac.nz school.nz gen.nz
  com.sg net.sg org.sg edu.sg gov.sg per.sg com.hk net.hk org.hk edu.hk gov.hk idv.hk
  com.mx org.mx gob.mx edu.mx net.mx com.es nom.es org.es gob.es edu.es asso.fr com.fr gouv.fr nom.fr
  gov.it edu.it gov.ie gc.ca ab.ca bc.ca mb.ca nb.ca nf.ca nl.ca ns.ca nt.ca nu.ca on.ca pe.ca qc.ca sk.ca yk.ca
  co.jp ne.jp or.jp ac.jp go.jp com.br net.br org.br gov.br com.ar com.co com.pe com.ve com.cn net.cn org.cn gov.cn
  com.tw org.tw com.tr co.kr or.kr co.in net.in org.in gov.in firm.in gen.in ind.in co.za org.za gov.za
  co.il org.il com.my com.ph com.vn co.th co.id com.ua com.pl net.pl org.pl co.at or.at com.pt com.gr com.cy com.mt
  com.ru msk.ru spb.ru com.sa com.eg com.pk com.bd com.ng co.ke us.com uk.com eu.com de.com gb.net
  github.io gitlab.io pages.dev workers.dev web.app firebaseapp.com herokuapp.com netlify.app vercel.app
  azurewebsites.net cloudfront.net amazonaws.com blogspot.com wordpress.com myshopify.com
`);
